using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Sees to it that somebody sees to everybody: gives the pulse while all answer, and ends the process when one can't be replaced.</summary>
internal sealed class WatchdogActor : ControlPlaneActor, IWithTimers
{
    private readonly IActorRef _supervisor;
    private readonly RestartLedger _ledger;
    private readonly SupervisionSettings _settings;
    private readonly WatchdogParts _parts;
    private long _lastRound;
    private long _judgesFrom;

    public WatchdogActor(IActorRef supervisor, RestartLedger ledger, SupervisionSettings settings, WatchdogParts parts)
    {
        _supervisor = supervisor;
        _ledger = ledger;
        _settings = settings;
        _parts = parts;
        _lastRound = _judgesFrom = parts.Time.GetTimestamp();
        Receive<RoundDue>(_ => MakeRound());
        Receive<SupervisionMessages.Alive>(_ => ledger.Heard(ActorNames.Supervisor));
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="supervisor">Who has no keeper.</param>
    /// <param name="ledger">Where every keeper writes when its actor was heard.</param>
    /// <param name="settings">How long silence may last.</param>
    /// <param name="parts">What it does about it.</param>
    public static Props Props(IActorRef supervisor, RestartLedger ledger, SupervisionSettings settings, WatchdogParts parts) =>
        Akka.Actor.Props.Create(() => new WatchdogActor(supervisor, ledger, settings, parts));

    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer(nameof(RoundDue), new RoundDue(), _settings.ProbeInterval);
    }

    private void MakeRound()
    {
        _supervisor.Tell(new SupervisionMessages.Probe(0));
        CheckPause();
        if (_ledger.SilentFor(_settings.PulseWithin).IsEmpty)
        {
            _parts.Pulse();
        }
        else if (_parts.Time.GetTimestamp() >= _judgesFrom && _ledger.SilentFor(_settings.GiveUpAfter) is [var silent, ..])
        {
            _parts.End(silent, $"was silent for {_settings.GiveUpAfter.TotalSeconds:0} s and could not be replaced");
        }
    }

    // After a pause of the whole process nobody was heard of; everyone gets the time to answer again.
    private void CheckPause()
    {
        var now = _parts.Time.GetTimestamp();
        if (_parts.Time.GetElapsedTime(_lastRound, now) > _settings.PulseWithin)
        {
            _judgesFrom = now + (long)(_settings.DeafAfter.TotalSeconds * _parts.Time.TimestampFrequency);
        }

        _lastRound = now;
    }

    /// <summary>A round is due; a test sends it instead of waiting.</summary>
    internal sealed record RoundDue;
}
