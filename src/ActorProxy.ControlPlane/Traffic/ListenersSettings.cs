using Akka.Configuration;

namespace ActorProxy.ControlPlane.Traffic;

/// <summary><c>actor-proxy.listeners</c>.</summary>
internal sealed record ListenersSettings
{
    public ListenersSettings(Config section)
    {
        RebindMin = ActorSettings.Time(section, "rebind-min");
        RebindMax = ActorSettings.Time(section, "rebind-max");
        ReconcileInterval = ActorSettings.Time(section, "reconcile-interval");
    }

    public TimeSpan RebindMin { get; init; }

    public TimeSpan RebindMax { get; init; }

    public TimeSpan ReconcileInterval { get; init; }
}
