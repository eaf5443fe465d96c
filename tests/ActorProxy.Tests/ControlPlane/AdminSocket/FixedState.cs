using System.Collections.Immutable;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Planes;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

/// <summary>A proxy that does nothing.</summary>
internal sealed class FixedState : IPublishedState
{
    /// <summary>Makes an answer of any size.</summary>
    public string MetricsText { get; set; } = "actor_proxy_connections 0\n";

    public StatusReport Status() => new()
    {
        Uptime = TimeSpan.FromSeconds(1),
        Sites = 1,
        Revision = 1,
        Version = "0.1.0+test",
        BinaryReplaced = false,
        ConfigSha256 = "abc",
        Connections = 0,
    };

    public ImmutableArray<SiteReport> Sites() => [];

    public ImmutableArray<HistoryEntry> History() => [];

    public ImmutableArray<ActorReport> Actors() => [];

    public string Metrics() => MetricsText;
}
