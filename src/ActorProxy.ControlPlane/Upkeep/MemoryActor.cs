using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>
/// Gives memory back once a crowd of clients has left, and when little is going on: neither the collector nor the allocator does so
/// by itself then.
/// </summary>
internal sealed class MemoryActor : ControlPlaneActor, IWithTimers
{
    private readonly MemoryParts _parts;
    private readonly MemorySettings _settings;
    private long _crowd;
    private long _allocated;
    private long _floor;
    private bool _wasWorthIt;
    private long? _gaveBackAt;

    public MemoryActor(MemoryParts parts, MemorySettings settings)
    {
        _parts = parts;
        _settings = settings;
        Receive<LookDue>(_ => Look());
        Receive<GaveBack>(_ => _floor = _parts.Use().Resident);
        Receive<Status.Failure>(failure => throw new LookCrashedException(failure.Cause));
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="parts">What it looks at and does.</param>
    /// <param name="settings">How often, and what is worth it.</param>
    public static Props Props(MemoryParts parts, MemorySettings settings) => Akka.Actor.Props.Create(() => new MemoryActor(parts, settings));

    protected override void PreStart()
    {
        base.PreStart();
        _floor = _parts.Use().Resident;
        Timers.StartPeriodicTimer(nameof(LookDue), new LookDue(), _settings.Interval);
    }

    private void Look()
    {
        var use = _parts.Use();
        _crowd = Math.Max(_crowd, use.Connections);
        _floor = Math.Min(_floor, use.Resident);
        var hasLeft = _crowd >= _settings.Crowd && use.Connections <= _crowd / 4;
        var isIdle = use.Allocated - _allocated < _settings.IdleBytes;
        _allocated = use.Allocated;

        // Twice in a row: a crowd that is only replaced by the next one leaves a gap too.
        var isWorthIt = hasLeft || (isIdle && use.Resident > _floor * (100 + _settings.GrowthPercent) / 100);
        if (isWorthIt && _wasWorthIt && !IsTooSoon())
        {
            GiveBack(use.Connections);
        }

        _wasWorthIt = isWorthIt;
    }

    private bool IsTooSoon() => _gaveBackAt is { } at && _parts.Time.GetElapsedTime(at) < _settings.Pause;

    private void GiveBack(long connections)
    {
        _crowd = connections;
        _gaveBackAt = _parts.Time.GetTimestamp();
        _parts.GiveBack().PipeTo(Self, success: () => new GaveBack());
    }

    /// <summary>A look is due; a test sends it instead of waiting.</summary>
    internal sealed record LookDue;

    private sealed record GaveBack;
}
