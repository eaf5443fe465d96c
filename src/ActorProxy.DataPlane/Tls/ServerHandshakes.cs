using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorProxy.Core.Certificates;

namespace ActorProxy.DataPlane.Tls;

/// <summary>How clients are met, by certificate. One object for each pair, as long as the pair lives: tickets stay good over reloads.</summary>
internal static class ServerHandshakes
{
    private static readonly ConditionalWeakTable<CertificatePair, SslServerAuthenticationOptions> Options = [];

    /// <summary>The settings of a handshake with this certificate.</summary>
    public static SslServerAuthenticationOptions For(CertificatePair pair) => Options.GetValue(pair, static pair => Make(pair));

    // No CipherSuitesPolicy: it would turn resumption off (see TlsPolicy).
    private static SslServerAuthenticationOptions Make(CertificatePair pair) => new()
    {
        ServerCertificateContext = pair.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        AllowRenegotiation = false,
        AllowTlsResume = true,
    };
}
