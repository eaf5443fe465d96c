namespace ActorProxy.Core.Configuration;

/// <summary>One <c>[[listeners.sites]]</c> table: a host and where its requests go.</summary>
public sealed record Site
{
    /// <summary>The DNS name, lower-cased, without a trailing dot.</summary>
    public required string Host { get; init; }

    /// <summary>Where requests go.</summary>
    public required UpstreamAddress Upstream { get; init; }

    /// <summary>Whether the upstream is spoken to in clear or over TLS.</summary>
    public UpstreamScheme UpstreamScheme { get; init; }

    /// <summary>The HTTP version spoken to the upstream.</summary>
    public UpstreamHttpVersion UpstreamHttpVersion { get; init; }

    /// <summary>Seconds for the TCP (and TLS) connect alone. Above 0.</summary>
    public int UpstreamConnectTimeoutSecs { get; init; } = 5;

    /// <summary>Seconds to wait for response headers without progress; uploaded bytes are progress. Above 0.</summary>
    public int UpstreamRequestTimeoutSecs { get; init; } = 60;

    /// <summary>Longest silence in a response body or an upgraded connection, in seconds; 0 for none.</summary>
    public int UpstreamStreamIdleTimeoutSecs { get; init; } = 600;
}
