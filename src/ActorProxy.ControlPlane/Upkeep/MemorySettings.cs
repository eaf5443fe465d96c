using Akka.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary><c>actor-proxy.memory</c>.</summary>
internal sealed record MemorySettings
{
    public MemorySettings(Config section)
    {
        Interval = ActorSettings.Time(section, "interval");
        Crowd = ActorSettings.Number(section, "crowd");
        Pause = ActorSettings.Time(section, "pause");
    }

    public TimeSpan Interval { get; init; }

    public int Crowd { get; init; }

    public TimeSpan Pause { get; init; }
}
