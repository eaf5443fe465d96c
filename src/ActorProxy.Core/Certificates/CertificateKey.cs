using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorProxy.Core.Certificates;

/// <summary>Finds the private key in a PEM text and puts it to its certificate.</summary>
internal static class CertificateKey
{
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string EllipticCurveKey = "1.2.840.10045.2.1";

    // OpenSSL's default security level refuses smaller ones in the handshake, which would be late to hear of it.
    private const int LeastRsaBits = 2048;

    /// <returns><c>null</c> when the key is none, another's or of no use; the notes say why.</returns>
    public static X509Certificate2? Attach(X509Certificate2 certificate, string pem, CertificateNotes notes)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            notes.Refuse(isKey: true, "is encrypted: take its passphrase away (`openssl pkey`), the proxy can't ask for it");
            return null;
        }

        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            notes.Refuse(isKey: true, "holds no private key in PEM form");
            return null;
        }

        try
        {
            return AttachPlain(certificate, pem, notes);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            notes.Refuse(isKey: true, "does not fit the certificate, or is damaged");
            return null;
        }
    }

    private static X509Certificate2? AttachPlain(X509Certificate2 certificate, string pem, CertificateNotes notes)
    {
        switch (certificate.PublicKey.Oid.Value)
        {
            case RsaKey:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(pem);
                    if (rsa.KeySize >= LeastRsaBits)
                    {
                        return certificate.CopyWithPrivateKey(rsa);
                    }

                    notes.Refuse(isKey: true, $"is an RSA key of {rsa.KeySize} bits: TLS needs {LeastRsaBits} at least");
                    return null;
                }

            case EllipticCurveKey:
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportFromPem(pem);
                    return certificate.CopyWithPrivateKey(ecdsa);
                }

            default:
                notes.Refuse(isKey: false, "has a public key that is neither RSA nor ECDSA");
                return null;
        }
    }
}
