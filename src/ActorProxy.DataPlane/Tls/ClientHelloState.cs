namespace ActorProxy.DataPlane.Tls;

/// <summary>What has been made of a connection's first bytes.</summary>
internal enum ClientHelloState
{
    /// <summary>More must come.</summary>
    Incomplete,

    /// <summary>The whole message was seen.</summary>
    Complete,

    /// <summary>No handshake record at all; OpenSSL says to the client what it must.</summary>
    NotTls,

    /// <summary>A handshake that contradicts itself, or is larger than any honest one.</summary>
    Malformed,
}
