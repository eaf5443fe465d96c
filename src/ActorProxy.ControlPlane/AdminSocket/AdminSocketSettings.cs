using Akka.Configuration;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary><c>actor-proxy.admin-socket</c>.</summary>
internal sealed record AdminSocketSettings
{
    public AdminSocketSettings(Config section)
    {
        CheckInterval = ActorSettings.Time(section, "check-interval");
        RebindInterval = ActorSettings.Time(section, "rebind-interval");
        RefusalLogInterval = ActorSettings.Time(section, "refusal-log-interval");
        UnattendedAfter = ActorSettings.Time(section, "unattended-after");
        AnswerTimeout = ActorSettings.Time(section, "answer-timeout");
        StalledAfter = ActorSettings.Time(section, "stalled-after");
        LingerTimeout = ActorSettings.Time(section, "linger-timeout");
        SpareDescriptors = ActorSettings.Number(section, "spare-descriptors");
        SpareConnections = ActorSettings.Number(section, "spare-connections");
    }

    public TimeSpan CheckInterval { get; init; }

    public TimeSpan RebindInterval { get; init; }

    public TimeSpan RefusalLogInterval { get; init; }

    public TimeSpan UnattendedAfter { get; init; }

    public TimeSpan AnswerTimeout { get; init; }

    public TimeSpan StalledAfter { get; init; }

    public TimeSpan LingerTimeout { get; init; }

    public int SpareDescriptors { get; init; }

    public int SpareConnections { get; init; }
}
