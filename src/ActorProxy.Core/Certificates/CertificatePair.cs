using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorProxy.Core.Certificates;

/// <summary>A certificate with its key and chain, loaded and checked. Compared by the bytes it was loaded from.</summary>
public sealed class CertificatePair
{
    private readonly CertificateNames _names;

    /// <summary>Takes a loaded certificate.</summary>
    /// <param name="certificate">The leaf, with its private key.</param>
    /// <param name="context">What TLS serves; ticket keys hang on it, so it must be reused while the files do not change.</param>
    /// <param name="sha256">SHA-256 of both files' bytes, in lower-case hex.</param>
    public CertificatePair(X509Certificate2 certificate, SslStreamCertificateContext context, string sha256)
    {
        Certificate = certificate;
        Context = context;
        Sha256 = sha256;
        _names = new CertificateNames(certificate);
    }

    /// <summary>The leaf, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What TLS serves; session ticket keys hang on this object.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>SHA-256 of the certificate's and the key's bytes, in lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>What <see cref="Sha256"/> would be.</summary>
    /// <param name="cert">SHA-256 of the certificate's bytes.</param>
    /// <param name="key">SHA-256 of the key's bytes.</param>
    public static string Sha256Of(byte[] cert, byte[] key) => Convert.ToHexStringLower(SHA256.HashData([.. cert, .. key]));

    /// <summary>When it expires, UTC.</summary>
    public DateTimeOffset NotAfter => new(Certificate.NotAfter.ToUniversalTime());

    /// <summary>Whether the certificate is for a host: by its alternative names, wildcards included, or by its common name if it has none.</summary>
    /// <param name="host">Lower-cased, without a trailing dot.</param>
    public bool Covers(ReadOnlySpan<char> host) => _names.Cover(host);
}
