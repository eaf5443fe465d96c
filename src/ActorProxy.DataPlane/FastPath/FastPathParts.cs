using ActorProxy.Core.Logs;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.FastPath;

/// <summary>What the fast path of all connections shares.</summary>
internal sealed record FastPathParts
{
    public required LiveRouting Live { get; init; }

    public required BucketTable Buckets { get; init; }

    public required UpstreamPools Pools { get; init; }

    public required ExchangeClocks Clocks { get; init; }

    public required UpstreamFailures Failures { get; init; }

    public required IAccessLog Log { get; init; }

    public required HttpDate Date { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>The fast path of one TLS connection.</summary>
    public FastPathConnection For(ConnectionContext connection, ClientConnection client) =>
        new(this, connection, client, connection.Transport.Output);
}
