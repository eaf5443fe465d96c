namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Why no connection to an upstream came about.</summary>
internal enum UpstreamConnectFailure
{
    /// <summary>The name has no address, or the resolver failed.</summary>
    Dns,

    /// <summary>The address is one that this proxy listens on.</summary>
    Loop,

    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>No route leads there.</summary>
    Unreachable,

    /// <summary>TCP and TLS together took longer than the site allows.</summary>
    Timeout,

    /// <summary>The handshake failed: a bad certificate, another name, no common protocol.</summary>
    Tls,

    /// <summary>Anything else that the kernel said.</summary>
    Failed,
}
