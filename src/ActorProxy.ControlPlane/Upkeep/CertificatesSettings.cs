using Akka.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary><c>actor-proxy.certificates</c>.</summary>
internal sealed record CertificatesSettings
{
    public CertificatesSettings(Config section)
    {
        Interval = ActorSettings.Time(section, "interval");
        WarnBefore = ActorSettings.Time(section, "warn-before");
    }

    public TimeSpan Interval { get; init; }

    public TimeSpan WarnBefore { get; init; }
}
