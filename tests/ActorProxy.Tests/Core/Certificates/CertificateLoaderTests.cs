using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorProxy.Core.Certificates;
using ActorProxy.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.Core.Certificates;

public sealed class CertificateLoaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TestCertificate _good = TestCertificates.SelfSigned("git.example.com");

    public void Dispose()
    {
        _good.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(TestKeyAlgorithm.Ecdsa)]
    [InlineData(TestKeyAlgorithm.Rsa)]
    public void A_certificate_comes_with_its_key(TestKeyAlgorithm algorithm)
    {
        using var made = TestCertificates.SelfSigned(algorithm, "git.example.com");

        var result = Load(made);

        Assert.Empty(result.Notes);
        Assert.True(result.Pair!.Certificate.HasPrivateKey);
        Assert.Equal(made.Certificate.Thumbprint, result.Pair.Certificate.Thumbprint);
        Assert.Equal(64, result.Pair.Sha256.Length);
    }

    [Fact]
    public void The_keys_that_older_tools_write_are_read_too()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var parameters = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n";

        Assert.NotNull(LoadPem(Certificate("CN=a", ecdsa), parameters + ecdsa.ExportECPrivateKeyPem()).Pair);
        Assert.NotNull(LoadPem(Certificate("CN=a", rsa), rsa.ExportRSAPrivateKeyPem()).Pair);
    }

    [Fact]
    public void One_file_may_hold_both()
    {
        var path = _directory.Write("both.pem", _good.KeyPem + "\n" + _good.CertificatePem, mode: Mode("600"));

        Assert.NotNull(Loader().Load(path, path).Pair);
    }

    [Fact]
    public void The_chain_is_served_with_it()
    {
        using var authority = new TestAuthority();
        using var made = authority.Issue("git.example.com");

        var pair = Load(made).Pair;

        Assert.Equal([authority.Intermediate.Thumbprint], pair!.Context.IntermediateCertificates.Select(certificate => certificate.Thumbprint));
    }

    [Fact]
    public void The_same_bytes_are_the_same_object_and_others_are_not()
    {
        var first = Load(_good).Pair!;
        using var renewed = TestCertificates.SelfSigned("git.example.com");

        Assert.Same(first, Loader(first).Load(_directory["site.crt"], _directory["site.key"]).Pair);
        var other = Load(renewed, first).Pair!;
        Assert.NotSame(first, other);
        Assert.NotEqual(first.Sha256, other.Sha256);
    }

    [Fact]
    public void An_expired_one_is_refused()
    {
        using var expired = TestCertificates.Expired("git.example.com");

        AssertRefused(Load(expired), isKey: false, "expired on ");
    }

    [Fact]
    public void One_that_is_not_yet_valid_is_refused()
    {
        using var early = TestCertificates.NotYetValid("git.example.com");

        AssertRefused(Load(early), isKey: false, "is not valid before ");
    }

    [Fact]
    public void The_last_two_weeks_warn()
    {
        var (certPath, keyPath) = _good.WriteTo(_directory);
        CertificateLoadResult At(double daysLeft) =>
            new CertificateLoader(new FakeTimeProvider(new DateTimeOffset(_good.Certificate.NotAfter).AddDays(-daysLeft)), []).Load(certPath, keyPath);

        Assert.Empty(At(14.1).Notes);
        var soon = At(13.5);
        Assert.NotNull(soon.Pair);
        Assert.EndsWith(", in 13 days", Assert.Single(soon.Notes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        using var other = TestCertificates.SelfSigned("git.example.com");
        using var rsa = TestCertificates.SelfSigned(TestKeyAlgorithm.Rsa, "git.example.com");

        AssertRefused(LoadPem(_good.CertificatePem, other.KeyPem), isKey: true, "does not fit");
        AssertRefused(LoadPem(_good.CertificatePem, rsa.KeyPem), isKey: true, "does not fit");
        AssertRefused(LoadPem(rsa.CertificatePem, other.KeyPem), isKey: true, "does not fit");
    }

    [Fact]
    public void A_key_that_needs_a_passphrase_is_named_as_such()
    {
        using var rsa = RSA.Create(2048);
        var options = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);

        AssertRefused(LoadPem(Certificate("CN=a", rsa), rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", options)), isKey: true, "is encrypted");
        AssertRefused(
            LoadPem(Certificate("CN=a", rsa), rsa.ExportRSAPrivateKeyPem().Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n\n", StringComparison.Ordinal)),
            isKey: true,
            "is encrypted");
    }

    [Fact]
    public void An_RSA_key_that_the_handshake_would_refuse_is_refused_here()
    {
        using var rsa = RSA.Create(1024);

        AssertRefused(LoadPem(Certificate("CN=a", rsa), rsa.ExportPkcs8PrivateKeyPem()), isKey: true, "is an RSA key of 1024 bits");
    }

    [Theory]
    [InlineData("", "holds no certificate in PEM form")]
    [InlineData("garbage", "holds no certificate in PEM form")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds something that is no certificate")]
    public void What_is_no_certificate_is_refused(string pem, string message) =>
        AssertRefused(LoadPem(pem, _good.KeyPem), isKey: false, message);

    [Theory]
    [InlineData("", "holds no private key in PEM form")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "does not fit the certificate, or is damaged")]
    public void What_is_no_key_is_refused(string pem, string message) =>
        AssertRefused(LoadPem(_good.CertificatePem, pem), isKey: true, message);

    [Theory]
    [InlineData("620", "is writable by group or others")]
    [InlineData("602", "is writable by group or others")]
    public void A_key_that_others_may_write_is_refused(string mode, string message)
    {
        var (certPath, keyPath) = _good.WriteTo(_directory);
        File.SetUnixFileMode(keyPath, (UnixFileMode)Mode(mode));

        AssertRefused(Loader().Load(certPath, keyPath), isKey: true, message);
    }

    [Fact]
    public void A_key_that_everybody_may_read_warns()
    {
        var (certPath, keyPath) = _good.WriteTo(_directory);
        File.SetUnixFileMode(keyPath, (UnixFileMode)Mode("644"));

        var result = Loader().Load(certPath, keyPath);

        Assert.NotNull(result.Pair);
        Assert.Equal(new CertificateNote(IsAboutKey: true, IsWarning: true, "is readable by everybody: chmod o-r"), Assert.Single(result.Notes));
    }

    [Fact]
    public void A_key_that_its_group_may_read_is_fine()
    {
        var (certPath, keyPath) = _good.WriteTo(_directory);
        File.SetUnixFileMode(keyPath, (UnixFileMode)Mode("640"));

        Assert.Empty(Loader().Load(certPath, keyPath).Notes);
    }

    [Fact]
    public async Task A_pipe_is_refused_without_waiting_for_a_writer()
    {
        var (certPath, _) = _good.WriteTo(_directory);
        using var made = Process.Start("mkfifo", _directory["pipe"]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        AssertRefused(Loader().Load(certPath, _directory["pipe"]), isKey: true, "is not a regular file");
        AssertRefused(Loader().Load(_directory.Path, _directory["site.key"]), isKey: false, "is not a regular file");
    }

    [Fact]
    public void What_is_missing_or_too_large_is_refused()
    {
        var (certPath, keyPath) = _good.WriteTo(_directory);

        AssertRefused(Loader().Load(_directory["none"], keyPath), isKey: false, "can't be read: No such file or directory");
        AssertRefused(Loader().Load(_directory.Write("large", new string('a', (1024 * 1024) + 1)), keyPath), isKey: false, "is larger than 1 MiB");
        Assert.Equal(2, Loader().Load(_directory["none"], _directory["neither"]).Notes.Length);
        Assert.NotNull(Loader().Load(certPath, keyPath).Pair);
    }

    private static string Certificate(string subject, AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return certificate.ExportCertificatePem();
    }

    private static void AssertRefused(CertificateLoadResult result, bool isKey, string message)
    {
        Assert.Null(result.Pair);
        var note = Assert.Single(result.Notes);
        Assert.Equal((isKey, false), (note.IsAboutKey, note.IsWarning));
        Assert.StartsWith(message, note.Message, StringComparison.Ordinal);
    }

    private static int Mode(string octal) => Convert.ToInt32(octal, 8);

    private static CertificateLoader Loader(params CertificatePair[] live) => new(TimeProvider.System, live);

    private CertificateLoadResult Load(TestCertificate certificate, params CertificatePair[] live)
    {
        var (certPath, keyPath) = certificate.WriteTo(_directory);
        return Loader(live).Load(certPath, keyPath);
    }

    private CertificateLoadResult LoadPem(string certificate, string key) =>
        Loader().Load(_directory.Write("pem.crt", certificate), _directory.Write("pem.key", key, mode: Mode("600")));
}
