using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>
/// Gives memory back once a crowd of clients has left: neither the collector nor the allocator does so by itself while little is
/// going on.
/// </summary>
internal sealed class MemoryActor : ControlPlaneActor, IWithTimers
{
    private readonly MemoryParts _parts;
    private readonly MemorySettings _settings;
    private long _most;
    private bool _wasCalm;
    private long? _gaveBackAt;

    public MemoryActor(MemoryParts parts, MemorySettings settings)
    {
        _parts = parts;
        _settings = settings;
        Receive<LookDue>(_ => Look());
        Receive<GaveBack>(_ => { });
        Receive<Status.Failure>(failure => throw new LookCrashedException(failure.Cause));
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="parts">What it looks at and does.</param>
    /// <param name="settings">How often, and what a crowd is.</param>
    public static Props Props(MemoryParts parts, MemorySettings settings) => Akka.Actor.Props.Create(() => new MemoryActor(parts, settings));

    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer(nameof(LookDue), new LookDue(), _settings.Interval);
    }

    private void Look()
    {
        var now = _parts.Connections();
        _most = Math.Max(_most, now);

        // Twice in a row: a crowd that is only replaced by the next one leaves a gap too.
        var isCalm = _most >= _settings.Crowd && now <= _most / 4;
        if (isCalm && _wasCalm && !IsTooSoon())
        {
            GiveBack(now);
        }

        _wasCalm = isCalm;
    }

    private bool IsTooSoon() => _gaveBackAt is { } at && _parts.Time.GetElapsedTime(at) < _settings.Pause;

    private void GiveBack(long now)
    {
        _most = now;
        _gaveBackAt = _parts.Time.GetTimestamp();
        Task.Run(_parts.GiveBack).PipeTo(Self, success: () => new GaveBack());
    }

    /// <summary>A look is due; a test sends it instead of waiting.</summary>
    internal sealed record LookDue;

    private sealed record GaveBack;
}
