using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Metrics;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>What the thread works with.</summary>
internal sealed record AdminThreadParts
{
    public required AdminSocketSettings Settings { get; init; }

    public required SocketPlace Place { get; init; }

    public required AdminAccess Access { get; init; }

    /// <summary>Slots of the pool.</summary>
    public required int MaxConnections { get; init; }

    public required int MaxCommandBytes { get; init; }

    public required TimeSpan ReadTimeout { get; init; }

    public required AdminCommandParser Parser { get; init; }

    public required PublishedAnswers Published { get; init; }

    public required ProxyMetrics Metrics { get; init; }

    public required ILogger Log { get; init; }

    public required TimeProvider Time { get; init; }
}
