using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Warns before the descriptors run out: once when most of them are taken, and again only after there was room in between.</summary>
internal sealed class DescriptorsActor : ControlPlaneActor, IWithTimers
{
    private readonly Func<DescriptorUse> _look;
    private readonly DescriptorsSettings _settings;
    private readonly ILogger _log;

    public DescriptorsActor(Func<DescriptorUse> look, DescriptorsSettings settings, ILogger log)
    {
        _look = look;
        _settings = settings;
        _log = log;
        Enough();
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="look">Counts the descriptors, without taking one.</param>
    /// <param name="settings">How often, and what is too many.</param>
    /// <param name="log">Gets the warning.</param>
    public static Props Props(Func<DescriptorUse> look, DescriptorsSettings settings, ILogger log) =>
        Akka.Actor.Props.Create(() => new DescriptorsActor(look, settings, log));

    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer(nameof(LookDue), new LookDue(), _settings.Interval);
    }

    private void Enough() => Receive<LookDue>(_ =>
    {
        var use = _look();
        if (use.Percent >= _settings.WarnAt)
        {
            _log.DescriptorsLow(use.Open, use.Limit, use.Percent);
            Become(Low);
        }
    });

    private void Low() => Receive<LookDue>(_ =>
    {
        if (_look().Percent < _settings.EnoughBelow)
        {
            Become(Enough);
        }
    });

    /// <summary>A look is due; a test sends it instead of waiting.</summary>
    internal sealed record LookDue;
}
