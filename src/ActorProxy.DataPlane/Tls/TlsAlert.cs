namespace ActorProxy.DataPlane.Tls;

/// <summary>The alerts that are sent before OpenSSL has seen a byte (RFC 8446 §6.2).</summary>
internal enum TlsAlert : byte
{
    /// <summary>The ClientHello is malformed or too long.</summary>
    DecodeError = 50,

    /// <summary>Nothing here is known by the name that the client asked for (RFC 6066 §3).</summary>
    UnrecognizedName = 112,
}
