using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ActorProxy.DataPlane.Tls;

/// <summary>What Kestrel asks of a finished handshake: that there was one, which protocol was agreed on, and how.</summary>
/// <param name="stream">After the handshake.</param>
internal sealed class TlsSession(SslStream stream)
    : ITlsConnectionFeature, ITlsApplicationProtocolFeature, ITlsHandshakeFeature, ISslStreamFeature
{
    /// <summary>Whether HTTP/2 was agreed on.</summary>
    public bool IsHttp2 { get; } = stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;

    public SslStream SslStream => stream;

    /// <summary>Never asked for.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = stream.NegotiatedApplicationProtocol.Protocol;

    public SslProtocols Protocol { get; } = stream.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite => stream.NegotiatedCipherSuite;

    public string HostName => stream.TargetHostName;

    [Obsolete("Part of the interface; read NegotiatedCipherSuite.", DiagnosticId = "SYSLIB0058")]
    public CipherAlgorithmType CipherAlgorithm => stream.CipherAlgorithm;

    [Obsolete("Part of the interface; read NegotiatedCipherSuite.", DiagnosticId = "SYSLIB0058")]
    public int CipherStrength => stream.CipherStrength;

    [Obsolete("Part of the interface; read NegotiatedCipherSuite.", DiagnosticId = "SYSLIB0058")]
    public HashAlgorithmType HashAlgorithm => stream.HashAlgorithm;

    [Obsolete("Part of the interface; read NegotiatedCipherSuite.", DiagnosticId = "SYSLIB0058")]
    public int HashStrength => stream.HashStrength;

    [Obsolete("Part of the interface; read NegotiatedCipherSuite.", DiagnosticId = "SYSLIB0058")]
    public ExchangeAlgorithmType KeyExchangeAlgorithm => stream.KeyExchangeAlgorithm;

    [Obsolete("Part of the interface; read NegotiatedCipherSuite.", DiagnosticId = "SYSLIB0058")]
    public int KeyExchangeStrength => stream.KeyExchangeStrength;

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
}
