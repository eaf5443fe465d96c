namespace ActorProxy.Core.Configuration;

/// <summary><c>upstream_scheme</c>.</summary>
public enum UpstreamScheme
{
    /// <summary>Clear text.</summary>
    Http,

    /// <summary>TLS, verified against the system's trust store with the upstream's host as name.</summary>
    Https,
}
