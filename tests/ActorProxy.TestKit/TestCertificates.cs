using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorProxy.TestKit;

/// <summary>Makes certificates as tests need them. Valid from a day ago for 90 days unless said otherwise.</summary>
public static class TestCertificates
{
    /// <summary>A certificate that signs itself.</summary>
    /// <param name="names">DNS names (wildcards too) and IP addresses, as subject alternative names; the first is the common name.</param>
    public static TestCertificate SelfSigned(params string[] names) => SelfSigned(TestKeyAlgorithm.Ecdsa, names);

    public static TestCertificate SelfSigned(TestKeyAlgorithm algorithm, params string[] names) =>
        SelfSigned(algorithm, names, Yesterday, Yesterday.AddDays(90));

    /// <summary>One whose 30 days ended yesterday.</summary>
    public static TestCertificate Expired(params string[] names) =>
        SelfSigned(TestKeyAlgorithm.Ecdsa, names, Yesterday.AddDays(-30), Yesterday);

    /// <summary>One that begins tomorrow.</summary>
    public static TestCertificate NotYetValid(params string[] names) =>
        SelfSigned(TestKeyAlgorithm.Ecdsa, names, Yesterday.AddDays(2), Yesterday.AddDays(30));

    public static TestCertificate SelfSigned(
        TestKeyAlgorithm algorithm, IReadOnlyList<string> names, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = NewKey(algorithm);
        return new TestCertificate(Request(names, key, isAuthority: false).CreateSelfSigned(notBefore, notAfter), PrivateKeyPem(key));
    }

    internal static DateTimeOffset Yesterday => TimeProvider.System.GetUtcNow().AddDays(-1);

    internal static AsymmetricAlgorithm NewKey(TestKeyAlgorithm algorithm) =>
        algorithm == TestKeyAlgorithm.Rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal static string PrivateKeyPem(AsymmetricAlgorithm key) => key.ExportPkcs8PrivateKeyPem();

    internal static CertificateRequest Request(IReadOnlyList<string> names, AsymmetricAlgorithm key, bool isAuthority)
    {
        var subject = new X500DistinguishedName($"CN={(names.Count > 0 ? names[0] : "no name")}");
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (!isAuthority && names.Count > 0)
        {
            request.CertificateExtensions.Add(AlternativeNames(names));
        }

        return request;
    }

    private static X509Extension AlternativeNames(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }
}
