using Akka.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary><c>actor-proxy.drift</c>.</summary>
internal sealed record DriftSettings(TimeSpan Interval)
{
    public DriftSettings(Config section)
        : this(ActorSettings.Time(section, "interval"))
    {
    }
}
