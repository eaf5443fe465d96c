using Akka.Configuration;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary><c>actor-proxy.supervision</c>.</summary>
internal sealed record SupervisionSettings
{
    public SupervisionSettings(Config section)
    {
        ProbeInterval = ActorSettings.Time(section, "probe-interval");
        DeafAfter = ActorSettings.Time(section, "deaf-after");
        PulseWithin = ActorSettings.Time(section, "pulse-within");
        GiveUpAfter = ActorSettings.Time(section, "give-up-after");
        MaxFailures = ActorSettings.Number(section, "max-failures");
        Within = ActorSettings.Time(section, "within");
        MaxUnheard = ActorSettings.Number(section, "max-unheard");
    }

    public TimeSpan ProbeInterval { get; init; }

    public TimeSpan DeafAfter { get; init; }

    public TimeSpan PulseWithin { get; init; }

    public TimeSpan GiveUpAfter { get; init; }

    public int MaxFailures { get; init; }

    public TimeSpan Within { get; init; }

    public int MaxUnheard { get; init; }
}
