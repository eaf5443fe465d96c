using Akka.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary><c>actor-proxy.memory</c>.</summary>
internal sealed record MemorySettings
{
    public MemorySettings(Config section)
    {
        Interval = ActorSettings.Time(section, "interval");
        Crowd = ActorSettings.Number(section, "crowd");
        IdleBytes = ActorSettings.Number(section, "idle-bytes");
        GrowthPercent = ActorSettings.Number(section, "growth-percent");
        Pause = ActorSettings.Time(section, "pause");
    }

    public TimeSpan Interval { get; init; }

    public int Crowd { get; init; }

    public int IdleBytes { get; init; }

    public int GrowthPercent { get; init; }

    public TimeSpan Pause { get; init; }
}
