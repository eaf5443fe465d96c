using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>
/// Stands for one long-lived actor under its public name, and forwards to the worker that does the work. A worker that crashes is
/// restarted; one that is deaf is abandoned to its thread and replaced, for its name stays taken until its message ends.
/// </summary>
internal sealed class KeeperActor : ReceiveActor, IWithTimers
{
    private readonly string _name;
    private readonly Props _worker;
    private readonly KeeperParts _parts;
    private readonly Hearing _hearing;
    private readonly Unheard _unheard;
    private readonly FailureWindow _failures;
    private IActorRef _current = ActorRefs.Nobody;
    private long _incarnation;
    private string _lastFailure = "stopped by itself";

    public KeeperActor(string name, Props worker, KeeperParts parts)
    {
        _name = name;
        _worker = worker;
        _parts = parts;
        var settings = parts.Settings;
        _hearing = new Hearing(settings.ProbeInterval, settings.DeafAfter, parts.Time);
        _unheard = new Unheard(settings.MaxUnheard);
        _failures = new FailureWindow(settings.MaxFailures, settings.Within, parts.Time);
        Receive<ProbeDue>(_ => Probe());
        Receive<SupervisionMessages.Alive>(alive => Heard(alive.Number), _ => Sender.Equals(_current));
        Receive<SupervisionMessages.Alive>(_ => { });
        Receive<SupervisionMessages.Started>(_ => Began(), _ => Sender.Equals(_current));
        Receive<SupervisionMessages.Started>(_ => { });
        Receive<WorkerEnded>(ended => GiveUp(_lastFailure), ended => ended.Worker.Equals(_current));
        ReceiveAny(Forward);
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="name">The public name.</param>
    /// <param name="worker">The actor that does the work, a <see cref="ControlPlaneActor"/>.</param>
    /// <param name="parts">What every keeper works with.</param>
    public static Props Props(string name, Props worker, KeeperParts parts) =>
        Akka.Actor.Props.Create(() => new KeeperActor(name, worker, parts)).WithDispatcher(ActorNames.SupervisionDispatcher);

    protected override void PreStart()
    {
        _parts.Ledger.Register(_name, Self, longLived: true);
        Begin();
        Timers.StartPeriodicTimer(nameof(ProbeDue), new ProbeDue(), _parts.Settings.ProbeInterval);
    }

    protected override void PostStop()
    {
        _parts.Ledger.Unregister(_name, Self);
        PublishHearing(answers: true);
    }

    // The worker owns one concern and can start afresh, so a crash is a restart. The numbers are in hocon/actor-proxy.conf: past
    // them a restart heals nothing, Akka stops the worker and tells only its watcher, and that ends the process.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        _parts.Settings.MaxFailures,
        (int)_parts.Settings.Within.TotalMilliseconds,
        cause => Sender.Equals(_current) ? Failed(cause) : Directive.Stop,
        loggingEnabled: false);

    private void Begin()
    {
        _current = Context.ActorOf(_worker, $"{++_incarnation}");
        Context.WatchWith(_current, new WorkerEnded(_current));
        _hearing.Answered();
    }

    private void Began()
    {
        _parts.Ledger.Started(_name);
        Context.Parent.Tell(new ActorBegan(_name));
    }

    private void Forward(object message)
    {
        if (message is not (SupervisionMessages.Crash or SupervisionMessages.Hang))
        {
            _unheard.Add(message, Sender, _hearing.LastProbe);
        }

        _current.Forward(message);
    }

    private void Probe()
    {
        var probe = _hearing.Tick();
        if (_hearing.IsDeaf)
        {
            Replace();
        }
        else if (_hearing.IsDoubtful)
        {
            _parts.Ledger.Deaf(_name);
            PublishHearing(answers: false);
        }

        _current.Tell(new SupervisionMessages.Probe(probe));
    }

    private void Heard(long probe)
    {
        _hearing.Answered();
        _unheard.Answered(probe);
        _parts.Ledger.Heard(_name);
        PublishHearing(answers: true);
    }

    // Stop waits behind the message that hangs, so the abandoned one keeps its thread and its name; stores refuse what it writes.
    private void Replace()
    {
        var failure = new ActorFailure(_parts.Time.GetUtcNow(), "deaf", ErrorId.New());
        _lastFailure = $"left probes unanswered for {_parts.Settings.DeafAfter.TotalSeconds:0} s too often";
        _parts.Ledger.Failed(_name, failure);
        _parts.Log.ActorReplaced(_name, failure.ErrorId, failure.Kind);
        if (!_failures.Add())
        {
            GiveUp(_lastFailure);
            return;
        }

        Context.Unwatch(_current);
        Context.Stop(_current);
        Begin();
        foreach (var (message, sender) in _unheard.TakeAll())
        {
            _current.Tell(message, sender);
        }
    }

    private Directive Failed(Exception cause)
    {
        var failure = new ActorFailure(_parts.Time.GetUtcNow(), cause.GetType().Name, ErrorId.New());
        _lastFailure = $"failed too often, at last with {failure.Kind} (error_id={failure.ErrorId})";
        _parts.Ledger.Failed(_name, failure);
        _parts.Log.ActorFailed(cause, _name, failure.ErrorId);
        return Directive.Restart;
    }

    private void GiveUp(string why)
    {
        _parts.Log.ActorGaveUp(_name, why);
        _parts.End(_name, why);
    }

    private void PublishHearing(bool answers) => _parts.Readiness.PublishHearing(_name, ActorNames.Component(_name), answers);

    private sealed record ProbeDue;

    private sealed record WorkerEnded(IActorRef Worker);
}
