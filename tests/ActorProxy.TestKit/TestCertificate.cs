using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorProxy.Core.Certificates;

namespace ActorProxy.TestKit;

/// <summary>A certificate made for a test, with its key and the intermediates that a server would send.</summary>
public sealed class TestCertificate : IDisposable
{
    private readonly X509Certificate2Collection _intermediates;

    internal TestCertificate(X509Certificate2 certificate, string keyPem, params IEnumerable<X509Certificate2> intermediates)
    {
        Certificate = certificate;
        KeyPem = keyPem;
        _intermediates = [.. intermediates];
    }

    /// <summary>The leaf, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The whole chain but the root, leaf first.</summary>
    public string CertificatePem =>
        string.Concat(_intermediates.Prepend(Certificate).Select(certificate => certificate.ExportCertificatePem() + "\n"));

    /// <summary>The key as PKCS #8.</summary>
    public string KeyPem { get; }

    /// <summary>Writes <c>NAME.crt</c> (0644) and <c>NAME.key</c> (0600) and returns both paths.</summary>
    public (string CertPath, string KeyPath) WriteTo(TempDirectory directory, string name = "site") =>
        (directory.Write(name + ".crt", CertificatePem), directory.Write(name + ".key", KeyPem + "\n", mode: 0x180));

    /// <summary>What the proxy would have loaded of these bytes.</summary>
    public CertificatePair ToPair() => new(
        Certificate,
        SslStreamCertificateContext.Create(Certificate, _intermediates, offline: true),
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CertificatePem + KeyPem))));

    public void Dispose() => Certificate.Dispose();
}
