using System.Collections.Immutable;
using ActorProxy.Core.Certificates;

namespace ActorProxy.Core.Configuration;

/// <summary>One valid configuration with everything that was read for it. Immutable; requests keep the one they began with.</summary>
public sealed record Snapshot
{
    /// <summary>Rises by one with each applied change; begins at 1.</summary>
    public required long Revision { get; init; }

    /// <summary>The configuration.</summary>
    public required ProxyConfig Config { get; init; }

    /// <summary>SHA-256 of the file's bytes, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The certificate of each TLS listener. The same object as before when its files did not change, so that resumption lives on.</summary>
    public required ImmutableDictionary<ListenAddress, CertificatePair> Certificates { get; init; }
}
