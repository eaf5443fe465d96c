using System.Collections.Immutable;
using System.Net;

namespace ActorProxy.Core.Configuration;

/// <summary>One <c>[[listeners]]</c> table.</summary>
public sealed record Listener
{
    /// <summary>The address to bind; <c>0.0.0.0</c> and <c>::</c> (dual-stack) are wildcards.</summary>
    public required IPAddress BindAddr { get; init; }

    /// <summary>Port of the redirect listener; 0 for none.</summary>
    public int HttpPort { get; init; } = 80;

    /// <summary>Port of the TLS listener, 1–65535.</summary>
    public int HttpsPort { get; init; } = 443;

    /// <summary>Where the certificate comes from.</summary>
    public required ListenerTls Tls { get; init; }

    /// <summary>Whether its sites are reached through this listener alone.</summary>
    public bool Exclusive { get; init; }

    /// <summary>The sites written under this listener.</summary>
    public ImmutableArray<Site> Sites { get; init; } = [];

    /// <summary>Where TLS is served.</summary>
    public ListenAddress HttpsAddress => new(BindAddr, HttpsPort);

    /// <summary>Where redirects are served; <c>null</c> when disabled.</summary>
    public ListenAddress? HttpAddress => HttpPort == 0 ? null : new ListenAddress(BindAddr, HttpPort);
}
