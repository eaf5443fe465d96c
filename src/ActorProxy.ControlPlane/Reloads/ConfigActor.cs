using System.Collections.Immutable;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using Akka.Actor;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;
using static ActorProxy.ControlPlane.Reloads.ParticipantMessages;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Owns the configuration that runs: one change at a time is read, prepared by every part, committed by every part, answered.</summary>
internal sealed class ConfigActor : ControlPlaneActor, IWithTimers
{
    private const string DeadlineTimer = "deadline";
    private const string ConfirmationTimer = "confirmation";
    private const string GatheringTimer = "gathering";

    private readonly ConfigParts _parts;
    private readonly ConfigSettings _settings;
    private readonly SnapshotWriter _store;
    private readonly Participants _participants;
    private readonly ReloadJournal _journal;
    private readonly Verdicts _verdicts;
    private readonly CancellationTokenSource _stopping = new();
    private readonly UndoClock _undo;
    private long? _lastEnded;

    public ConfigActor(ConfigParts parts, ConfigSettings settings, ImmutableArray<string> participants)
    {
        _parts = parts;
        _settings = settings;
        _participants = new Participants(participants);
        _journal = new ReloadJournal(parts.Log);
        _store = parts.Store.Open();
        _verdicts = new Verdicts(_store, _journal, Time);
        _undo = new UndoClock(settings.UndoRetry, Time);
        Idle();
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    private TimeProvider Time => _parts.Store.Time;

    private ConfigState State => _store.State;

    private ReloadQueue Queue => _store.Queue;

    /// <summary>How it is made.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="settings">Its timeouts.</param>
    /// <param name="participants">The parts that every change concerns, in the order of their commits.</param>
    public static Props Props(ConfigParts parts, ConfigSettings settings, ImmutableArray<string> participants) =>
        Akka.Actor.Props.Create(() => new ConfigActor(parts, settings, participants));

    protected override void PreStart()
    {
        base.PreStart();
        var left = _store.Abandoned;
        _verdicts.Abandoned(left is { UnderWay: { } change, Decided: null } ? Begun(change) : null);
        _parts.Reloading(false);
        WatchConfirmation();
    }

    // Those who wait are answered by the next incarnation: this one may hang, and then it would answer nobody.
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Idle()
    {
        Always();
        Receive<Reload>(reload => { Queue.Add(reload, Sender); Next(); });
        Receive<Rollback>(rollback => { Queue.Add(rollback, Sender); Next(); });
        Receive<Confirm>(_ => { Queue.AddConfirm(Sender); Next(); });
        Receive<ConfirmationChecked>(_ => { AskForUndo(); Next(); });
        Receive<Subscribe>(subscribe => { Welcome(subscribe); });
        Receive<ParticipantEnded>(ended => _participants.Leave(ended.Participant, ended.Address));
    }

    // A crowd does not arrive in one instant: who comes soon after another shares one read once nobody has joined for a moment.
    private void Gathering(long began)
    {
        Always();
        Receive<Reload>(reload =>
        {
            Queue.Add(reload, Sender);
            Gather(began);
        });
        Waiting();
        Receive<Subscribe>(subscribe => { Welcome(subscribe); });
        Receive<ParticipantEnded>(ended => _participants.Leave(ended.Participant, ended.Address));
        Receive<Gathered>(_ =>
        {
            if (!BeginNext())
            {
                Next();
            }
        });
    }

    private void Reading(Attempt attempt)
    {
        Always();
        Waiting();
        Receive<Subscribe>(subscribe => { Welcome(subscribe); });
        Receive<ParticipantEnded>(ended => _participants.Leave(ended.Participant, ended.Address));
        Receive<ReadEnded>(ended => Decide(attempt, ended.Result), ended => ended.Attempt == attempt.Number);
        // Not foreseen, so not handled: crash, and start afresh from the store.
        Receive<ReadCrashed>(crashed => throw new ReloadCrashedException(crashed.Cause), crashed => crashed.Attempt == attempt.Number);
        Receive<DeadlinePassed>(
            _ => Refuse(attempt, ReloadFailure.Failed, $"The file was not read within {_settings.ReadTimeout.TotalSeconds:0} s."),
            passed => passed.Attempt == attempt.Number);
    }

    private void Preparing(Round round)
    {
        var attempt = round.Attempt;
        Always();
        Waiting();
        Receive<Subscribe>(subscribe =>
        {
            if (Welcome(subscribe) && !round.AskToPrepare(subscribe.Participant, _participants, Self))
            {
                LetGo(round, $"{subscribe.Participant} failed while it prepared.");
            }
        });
        Receive<ParticipantEnded>(ended =>
        {
            if (_participants.Leave(ended.Participant, ended.Address))
            {
                LetGo(round, $"{ended.Participant} stopped while it prepared.");
            }
        });
        Receive<Prepared>(
            _ =>
            {
                if (round.MarkPrepared(_participants.NameOf(Sender), _participants))
                {
                    Apply(round);
                }
            },
            prepared => prepared.Attempt == attempt.Number);
        Receive<Refused>(refused => LetGo(round, refused.Reason), refused => refused.Attempt == attempt.Number);
        Receive<DeadlinePassed>(_ => LetGo(round, Silent(round)), passed => passed.Attempt == attempt.Number);
    }

    // No deadline: the change stands, and a part that fails or hangs is replaced and catches up by subscribing.
    private void Committing(Round round)
    {
        Waiting();
        Receive<Subscribe>(subscribe => { Welcome(subscribe); });
        Receive<ParticipantEnded>(ended => _participants.Leave(ended.Participant, ended.Address));
        Receive<Committed>(_ => MarkCommitted(round, Sender), committed => committed.Attempt == round.Attempt.Number);
        Receive<Applied>(_ => MarkCommitted(round, Sender), applied => applied.Revision == round.Next.Revision);
    }

    private void Always() => Receive<Applied>(applied =>
    {
        if (_participants.NameOf(Sender) is { } name)
        {
            _participants.MarkApplied(name, applied.Revision);
            CheckStarted();
        }
    });

    private void Waiting()
    {
        Receive<Reload>(reload => Queue.Add(reload, Sender));
        Receive<Rollback>(rollback => Queue.Add(rollback, Sender));
        Receive<Confirm>(_ => Queue.AddConfirm(Sender));
        Receive<ConfirmationChecked>(_ => AskForUndo());
    }

    // False when it was known already: then nothing is new.
    private bool Welcome(Subscribe subscribe)
    {
        var before = _participants.Find(subscribe.Participant);
        if (!_participants.Join(subscribe, Sender))
        {
            return false;
        }

        if (before is not null)
        {
            Context.Unwatch(before);
        }

        Context.WatchWith(Sender, new ParticipantEnded(subscribe.Participant, Sender));
        Sender.Tell(new Current(State.Current));
        return true;
    }

    private void CheckStarted()
    {
        if (_participants.AllRun(State.Current.Revision))
        {
            _parts.Startup.Succeed();
            _verdicts.Owed();
        }
    }

    private void Next()
    {
        while (Queue.Waiting.Count > 0)
        {
            if (Queue.NextCanBeShared && State.Pending is null && IsCrowded)
            {
                var began = Time.GetTimestamp();
                Become(() => Gathering(began));
                Gather(began);
                return;
            }

            if (BeginNext())
            {
                return;
            }
        }

        Become(Idle);
    }

    private bool IsCrowded => _lastEnded is { } ended && Time.GetElapsedTime(ended) < _settings.GatherAfter;

    private void Gather(long began)
    {
        if (Time.GetElapsedTime(began) < _settings.GatherAtMost)
        {
            Timers.StartSingleTimer(GatheringTimer, new Gathered(), _settings.GatherQuiet);
        }
    }

    private bool BeginNext() => Queue.Take() is { } change && Begin(Begun(change));

    private Attempt Begun(Change change) => new(_store.NextAttempt(), change, Time.GetUtcNow(), Time.GetTimestamp());

    // False when the attempt has ended at once.
    private bool Begin(Attempt attempt) => attempt.Change switch
    {
        Change.Keep keep => Keep(keep),
        Change.FromFile when State.Pending is not null => Fail(attempt, ReloadFailure.ConfirmationPending, "A reload waits for its confirmation."),
        Change.FromFile => Read(attempt),
        Change.Restore restore => Restore(attempt, RestoreTarget.Of(State, restore.Revision, Time.GetUtcNow())),
        Change.Undo when State.Pending is { } pending => Restore(attempt, pending.Before),
        _ => End(),
    };

    private bool Keep(Change.Keep keep)
    {
        _verdicts.Kept(keep);
        return End();
    }

    private bool Read(Attempt attempt)
    {
        _parts.Reloading(true);
        Become(() => Reading(attempt));
        Timers.StartSingleTimer(DeadlineTimer, new DeadlinePassed(attempt.Number), _settings.ReadTimeout);
        _parts.Load(State.Current, _parts.Store.Running, _stopping.Token).PipeTo(
            Self,
            success: result => new ReadEnded(attempt.Number, result),
            failure: cause => new ReadCrashed(attempt.Number, cause));
        return true;
    }

    private void Decide(Attempt attempt, LoadResult result)
    {
        switch (result)
        {
            case LoadResult.Valid valid:
                Decide(attempt, (Change.FromFile)attempt.Change, valid);
                break;
            case LoadResult.Invalid invalid:
                var errorId = ErrorId.New();
                _journal.Problems(errorId, invalid.Problems);
                Refuse(attempt, ReloadFailure.Failed, $"The file has {invalid.Problems.Length} problems.", errorId);
                break;
            case LoadResult.Unreadable unreadable:
                Refuse(attempt, ReloadFailure.Failed, unreadable.Reason);
                break;
            default:
                Refuse(attempt, ReloadFailure.ChangedDuringRead, "The file changed during every try to read it.");
                break;
        }
    }

    private void Decide(Attempt attempt, Change.FromFile asked, LoadResult.Valid valid)
    {
        _journal.Warnings(valid.Warnings);
        if (asked.IfPlan is { } plan && plan != Plan.Of(State.Current.Revision, valid.Snapshot))
        {
            Refuse(attempt, ReloadFailure.PlanIsStale, "The running revision, the file or a certificate is not what was validated.");
        }
        else if (valid.Changes.IsEmpty)
        {
            _verdicts.Unchanged(attempt, valid.Snapshot, valid.Changes, restored: null);
            End();
            Next();
        }
        else
        {
            Prepare(new Round(attempt, valid.Snapshot, valid.Changes, restored: null));
        }
    }

    private bool Restore(Attempt attempt, RestoreTarget target) => target switch
    {
        RestoreTarget.Found found => Restore(attempt, found.Snapshot),
        RestoreTarget.None none => Fail(attempt, none.Failure, none.Reason),
        _ => throw new InvalidOperationException($"No such target: {target}"),
    };

    private bool Restore(Attempt attempt, Snapshot target)
    {
        var next = target with { Revision = State.Current.Revision + 1 };
        var changes = ConfigDiff.Between(State.Current, next) with
        {
            // The file is as it was, and so is what it asks a restart for.
            RestartRequired = State.RestartRequired,
        };
        if (changes.IsEmpty)
        {
            _verdicts.Unchanged(attempt, next, changes, target.Revision);
            return End();
        }

        _parts.Reloading(true);
        Prepare(new Round(attempt, next, changes, target.Revision));
        return true;
    }

    private void Prepare(Round round)
    {
        Become(() => Preparing(round));
        Timers.StartSingleTimer(DeadlineTimer, new DeadlinePassed(round.Attempt.Number), _settings.PrepareTimeout);
        foreach (var participant in _participants.Names)
        {
            round.AskToPrepare(participant, _participants, Self);
        }
    }

    private void LetGo(Round round, string reason)
    {
        round.Abort(_participants, Self);
        Refuse(round.Attempt, ReloadFailure.Failed, reason);
    }

    private string Silent(Round round) =>
        $"{string.Join(", ", round.Unprepared(_participants))} did not answer within {_settings.PrepareTimeout.TotalSeconds:0} s.";

    // The store takes the change before the first part commits: whoever fails from here on catches up to it.
    private void Apply(Round round)
    {
        Timers.Cancel(DeadlineTimer);
        _verdicts.Decided(round);
        WatchConfirmation();
        Become(() => Committing(round));
        CommitNext(round);
    }

    private void CommitNext(Round round)
    {
        if (!round.CommitNext(_participants, Self))
        {
            _verdicts.Committed(round);
            CheckStarted();
            End();
            Next();
        }
    }

    private void MarkCommitted(Round round, IActorRef sender)
    {
        if (_participants.NameOf(sender) is { } name)
        {
            round.MarkCommitted(name);
            _participants.MarkApplied(name, round.Next.Revision);
            CommitNext(round);
        }
    }

    private void Refuse(Attempt attempt, ReloadFailure failure, string reason, string? errorId = null)
    {
        Fail(attempt, failure, reason, errorId);
        Next();
    }

    private bool Fail(Attempt attempt, ReloadFailure failure, string reason, string? errorId = null)
    {
        _verdicts.Failed(attempt, failure, reason, errorId ?? ErrorId.New());
        if (attempt.Change is Change.Undo)
        {
            _undo.Postpone();
        }

        return End();
    }

    private bool End()
    {
        Timers.Cancel(DeadlineTimer);
        Queue.End();
        _lastEnded = Time.GetTimestamp();
        _parts.Reloading(false);
        return false;
    }

    private void WatchConfirmation()
    {
        if (State.Pending is not null)
        {
            Timers.StartPeriodicTimer(ConfirmationTimer, new ConfirmationChecked(), _settings.ConfirmationCheck);
        }
    }

    private void AskForUndo()
    {
        if (State.Pending is not { } pending)
        {
            Timers.Cancel(ConfirmationTimer);
        }
        else if (_undo.IsDue(pending))
        {
            Queue.AddUndo();
        }
    }

    private sealed record ReadEnded(long Attempt, LoadResult Result);

    private sealed record ReadCrashed(long Attempt, Exception Cause);

    private sealed record DeadlinePassed(long Attempt);

    private sealed record Gathered;

    private sealed record ConfirmationChecked;

    private sealed record ParticipantEnded(string Participant, IActorRef Address);
}
