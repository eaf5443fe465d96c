using System.Collections.Immutable;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Configuration;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Dry runs: one read at a time, and requests that arrive during a read share the next. Reloads don't wait for them.</summary>
internal sealed class ValidatorActor : ControlPlaneActor, IWithTimers
{
    private readonly SnapshotStore _store;
    private readonly LoadSnapshot _load;
    private readonly ConfigSettings _settings;
    private readonly ReloadJournal _journal;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private ImmutableList<IActorRef> _served = [];
    private ImmutableList<IActorRef> _waiting = [];

    public ValidatorActor(SnapshotStore store, LoadSnapshot load, ConfigSettings settings, ILogger log)
    {
        _store = store;
        _load = load;
        _settings = settings;
        _journal = new ReloadJournal(log);
        _log = log;
        Idle();
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="store">What runs.</param>
    /// <param name="load">Reads the file.</param>
    /// <param name="settings">How long a read may take.</param>
    /// <param name="log">Gets the full story of what is wrong.</param>
    public static Props Props(SnapshotStore store, LoadSnapshot load, ConfigSettings settings, ILogger log) =>
        Akka.Actor.Props.Create(() => new ValidatorActor(store, load, settings, log));

    // Runs at a stop and, through the default PreRestart, at a crash: nobody waits for an answer that died with us.
    protected override void PostStop()
    {
        Answer(_served.AddRange(_waiting), new ValidationFailed(ValidationFailure.Failed, 0, ErrorId.New()));
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Idle() => Receive<Validate>(_ =>
    {
        _waiting = _waiting.Add(Sender);
        Read();
    });

    private void Reading(Guid read, Snapshot current)
    {
        Receive<Validate>(_ => _waiting = _waiting.Add(Sender));
        Receive<ReadEnded>(ended => Finish(AnswerTo(ended.Result, current)), ended => ended.Read == read);
        // Not foreseen, so not handled: crash, and start afresh.
        Receive<ReadCrashed>(crashed => throw new ReloadCrashedException(crashed.Cause), crashed => crashed.Read == read);
        Receive<DeadlinePassed>(
            _ => Finish(NotValid(ValidationFailure.Failed, 0, $"The file was not read within {_settings.ReadTimeout.TotalSeconds:0} s.")),
            passed => passed.Read == read);
    }

    private void Read()
    {
        var read = Guid.NewGuid();
        var current = _store.Current;
        (_served, _waiting) = (_waiting, []);
        Become(() => Reading(read, current));
        Timers.StartSingleTimer(nameof(DeadlinePassed), new DeadlinePassed(read), _settings.ReadTimeout);
        _load(current, _store.Running, _stopping.Token).PipeTo(
            Self, success: result => new ReadEnded(read, result), failure: cause => new ReadCrashed(read, cause));
    }

    private void Finish(object answer)
    {
        Timers.Cancel(nameof(DeadlinePassed));
        Answer(_served, answer);
        _served = [];
        if (_waiting.IsEmpty)
        {
            Become(Idle);
        }
        else
        {
            Read();
        }
    }

    private object AnswerTo(LoadResult result, Snapshot current) => result switch
    {
        LoadResult.Valid valid => new Validated(Plan.Of(current.Revision, valid.Snapshot), valid.Changes),
        LoadResult.Invalid invalid => NotValid(invalid),
        LoadResult.Unreadable unreadable => NotValid(ValidationFailure.Invalid, 1, unreadable.Reason),
        _ => NotValid(ValidationFailure.ChangedDuringRead, 0, "The file changed during every try to read it."),
    };

    private ValidationFailed NotValid(LoadResult.Invalid invalid)
    {
        var failed = NotValid(ValidationFailure.Invalid, invalid.Problems.Length, $"The file has {invalid.Problems.Length} problems.");
        _journal.Problems(failed.ErrorId, invalid.Problems);
        return failed;
    }

    private ValidationFailed NotValid(ValidationFailure failure, int errors, string reason)
    {
        var errorId = ErrorId.New();
        _log.NotValid(errorId, reason);
        return new ValidationFailed(failure, errors, errorId);
    }

    private static void Answer(ImmutableList<IActorRef> requesters, object answer)
    {
        foreach (var requester in requesters)
        {
            requester.Tell(answer);
        }
    }

    private sealed record ReadEnded(Guid Read, LoadResult Result);

    private sealed record ReadCrashed(Guid Read, Exception Cause);

    private sealed record DeadlinePassed(Guid Read);
}
