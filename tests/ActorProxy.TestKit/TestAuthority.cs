using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorProxy.TestKit;

/// <summary>A root and an intermediate that it signed; what it issues carries the intermediate.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly AsymmetricAlgorithm _rootKey = TestCertificates.NewKey(TestKeyAlgorithm.Ecdsa);
    private readonly AsymmetricAlgorithm _intermediateKey = TestCertificates.NewKey(TestKeyAlgorithm.Ecdsa);
    private readonly DateTimeOffset _notBefore = TestCertificates.Yesterday.AddDays(-400);

    public TestAuthority()
    {
        Root = TestCertificates.Request(["Test Root"], _rootKey, isAuthority: true).CreateSelfSigned(_notBefore, _notBefore.AddYears(5));
        var request = TestCertificates.Request(["Test Intermediate"], _intermediateKey, isAuthority: true);
        using var signed = request.Create(Root, _notBefore, _notBefore.AddYears(4), RandomNumberGenerator.GetBytes(8));
        Intermediate = signed.CopyWithPrivateKey((ECDsa)_intermediateKey);
    }

    /// <summary>What clients must trust.</summary>
    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    public TestCertificate Issue(params string[] names) => Issue(TestKeyAlgorithm.Ecdsa, names);

    public TestCertificate Issue(TestKeyAlgorithm algorithm, params string[] names)
    {
        using var key = TestCertificates.NewKey(algorithm);
        var request = TestCertificates.Request(names, key, isAuthority: false);
        var issuer = X509SignatureGenerator.CreateForECDsa((ECDsa)_intermediateKey);
        using var signed = request.Create(
            Intermediate.SubjectName, issuer, TestCertificates.Yesterday, TestCertificates.Yesterday.AddDays(90), RandomNumberGenerator.GetBytes(8));
        var leaf = key is RSA rsa ? signed.CopyWithPrivateKey(rsa) : signed.CopyWithPrivateKey((ECDsa)key);
        return new TestCertificate(leaf, TestCertificates.PrivateKeyPem(key), Intermediate);
    }

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
        _rootKey.Dispose();
        _intermediateKey.Dispose();
    }
}
