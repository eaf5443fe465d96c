using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>What the admin channel works with. Made by the host. No delegate may block or throw.</summary>
public sealed record AdminChannelParts
{
    /// <summary>Read from HOCON.</summary>
    public required ActorSettings Settings { get; init; }

    /// <summary>The <c>[admin]</c> table that the process started with.</summary>
    public required Admin Admin { get; init; }

    /// <summary>Where the socket shall be.</summary>
    public required SocketPlace Place { get; init; }

    /// <summary>What commands must begin with; <c>null</c> for nothing.</summary>
    public AdminToken? Token { get; init; }

    /// <summary>What is known without asking any actor.</summary>
    public required IPublishedState State { get; init; }

    /// <summary>Counts connections and commands.</summary>
    public required ProxyMetrics Metrics { get; init; }

    /// <summary>Where <c>admin_socket</c> is published.</summary>
    public required Readiness Readiness { get; init; }

    /// <summary>Where connections are listed.</summary>
    public required RestartLedger Ledger { get; init; }

    /// <summary>Begins a graceful stop.</summary>
    public required Action RequestStop { get; init; }

    /// <summary>For the ADMIN lines.</summary>
    public required ILogger Log { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
