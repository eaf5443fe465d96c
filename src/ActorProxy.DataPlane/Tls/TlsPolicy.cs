using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Text;
using ActorProxy.Core.Linux;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.DataPlane.Tls;

/// <summary>
/// Which suites the two sides of the proxy speak. Those of clients are set through OpenSSL's own configuration, which is process-wide:
/// a <see cref="CipherSuitesPolicy"/> on the server would turn session resumption off. Upstreams get OpenSSL's defaults back.
/// </summary>
[SuppressMessage("Interoperability", "CA1416:Validate platform compatibility", Justification = "Linux only.")]
public static class TlsPolicy
{
    // openssl-cnf config(5), SSL_CONF_cmd(3). The versions of clients are set on each handshake.
    private const string OpenSslConfiguration = """
        openssl_conf = openssl_init

        [openssl_init]
        ssl_conf = ssl_sect

        [ssl_sect]
        system_default = system_default_sect

        [system_default_sect]
        MinProtocol = TLSv1.2
        CipherString = ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384
        Ciphersuites = TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256

        """;

    private static SafeFileHandle? Configuration;

    /// <summary>
    /// What OpenSSL offers by default (<c>openssl ciphers -s DEFAULT</c>): for connections to upstreams, which would else be bound by
    /// the clients' suites.
    /// </summary>
    public static CipherSuitesPolicy UpstreamCipherSuites => Upstream.Suites;

    /// <summary>
    /// Sets the suites that clients may use. First in Main: OpenSSL reads it once, when it is first used, and <c>setenv</c> is not
    /// safe beside other threads.
    /// </summary>
    public static void ApplyToProcess()
    {
        // A sealed file in memory: nothing beside the program to forget, or to tamper with. Held open, since OpenSSL reads it late.
        Configuration ??= MemoryFile.Create("openssl.cnf", Encoding.ASCII.GetBytes(OpenSslConfiguration));
        ProcessEnvironment.Set("OPENSSL_CONF", MemoryFile.PathOf(Configuration));
    }

    // Made when first used: a policy starts OpenSSL, which must not happen before ApplyToProcess.
    [SuppressMessage("Interoperability", "CA1416:Validate platform compatibility", Justification = "Linux only.")]
    private static class Upstream
    {
        public static readonly CipherSuitesPolicy Suites = new(
        [
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
            TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
            TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
            TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
            TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
            TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA256,
            TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA256,
            TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
            TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
        ]);
    }
}
