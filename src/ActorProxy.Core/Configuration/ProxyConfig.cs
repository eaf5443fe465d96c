using System.Collections.Immutable;
using System.Net;

namespace ActorProxy.Core.Configuration;

/// <summary>The whole configuration file as it was validated, every default filled in. Named like the TOML keys.</summary>
public sealed record ProxyConfig
{
    /// <summary>The listeners, in the order of the file.</summary>
    public required ImmutableArray<Listener> Listeners { get; init; }

    /// <summary>The rate limit that every client address gets.</summary>
    public required RateLimit RateLimit { get; init; }

    /// <summary>Limits of request bodies.</summary>
    public required Body Body { get; init; }

    /// <summary>Logging. The level is reloadable; format and path need a restart.</summary>
    public Logging Logging { get; init; } = new();

    /// <summary>Whether the file itself allows wildcard addresses.</summary>
    public bool AllowWildcardBind { get; init; }

    /// <summary>Seconds after which a connection without a request in flight is closed. Above 0.</summary>
    public int ConnectionIdleTimeoutSecs { get; init; } = 60;

    /// <summary>Seconds that a TLS handshake may take. Above 0.</summary>
    public int TlsHandshakeTimeoutSecs { get; init; } = 10;

    /// <summary>Client connections over all listeners. Above 0.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Connections of one IPv4 address or IPv6 /64; 0 means no limit. The default is half of <see cref="MaxConnections"/>.</summary>
    public int MaxConnectionsPerClient { get; init; } = 512;

    /// <summary>Where the health endpoints are served over TCP; <c>null</c> when they are not.</summary>
    public ListenAddress? HealthAddress =>
        HealthCheckPort == 0 || HealthCheckSocket.Length > 0 ? null : new ListenAddress(IPAddress.Loopback, HealthCheckPort);

    /// <summary>Port of the health endpoints on 127.0.0.1; 0 disables. Needs a restart.</summary>
    public int HealthCheckPort { get; init; } = 9900;

    /// <summary>Unix socket of the health endpoints, instead of the port; empty for none. Needs a restart.</summary>
    public string HealthCheckSocket { get; init; } = "";

    /// <summary>Whether metrics and readiness details are served over TCP. Needs a restart.</summary>
    public bool MetricsOnTcp { get; init; } = true;

    /// <summary>Path of the admin socket; empty disables it. Needs a restart.</summary>
    public string AdminSocketPath { get; init; } = "/run/actor-proxy/admin.sock";

    /// <summary>File with the key of the HTTP admin API; empty disables it. Needs a restart.</summary>
    public string AdminKeyPath { get; init; } = "";

    /// <summary>Seconds that requests in flight get at a stop, and connections of a removed listener. Needs a restart.</summary>
    public int ShutdownTimeoutSecs { get; init; } = 30;

    /// <summary>The admin socket's rules. Needs a restart.</summary>
    public Admin Admin { get; init; } = new();

    /// <summary>This configuration as it can run in a process that started with another one: restart-only keys keep what runs.</summary>
    /// <param name="running">What the process started with.</param>
    public ProxyConfig WithRestartOnlyOf(ProxyConfig running) => this with
    {
        HealthCheckPort = running.HealthCheckPort,
        HealthCheckSocket = running.HealthCheckSocket,
        MetricsOnTcp = running.MetricsOnTcp,
        AdminSocketPath = running.AdminSocketPath,
        AdminKeyPath = running.AdminKeyPath,
        ShutdownTimeoutSecs = running.ShutdownTimeoutSecs,
        Logging = running.Logging with { Level = Logging.Level },
        Admin = running.Admin,
    };
}
