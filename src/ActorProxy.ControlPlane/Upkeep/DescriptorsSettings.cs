using Akka.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary><c>actor-proxy.descriptors</c>.</summary>
internal sealed record DescriptorsSettings
{
    public DescriptorsSettings(Config section)
    {
        Interval = ActorSettings.Time(section, "interval");
        WarnAt = ActorSettings.Number(section, "warn-at-percent");
        EnoughBelow = ActorSettings.Number(section, "enough-below-percent");
    }

    public TimeSpan Interval { get; init; }

    public int WarnAt { get; init; }

    public int EnoughBelow { get; init; }
}
