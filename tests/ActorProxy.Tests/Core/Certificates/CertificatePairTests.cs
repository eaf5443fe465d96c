using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorProxy.Core.Certificates;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Certificates;

public sealed class CertificatePairTests
{
    [Theory]
    [InlineData("git.example.com", true)]
    [InlineData("www.example.org", true)]
    [InlineData("a.wild.example", true)]
    [InlineData("wild.example", false)]
    [InlineData("a.b.wild.example", false)]
    [InlineData(".wild.example", false)]
    [InlineData("example.com", false)]
    [InlineData("it.example.com", false)]
    [InlineData("", false)]
    public void A_host_is_covered_by_name_or_by_a_wildcard_for_one_label(string host, bool isCovered)
    {
        using var certificate = TestCertificates.SelfSigned("GIT.example.com", "www.example.org", "*.Wild.example", "127.0.0.1");

        Assert.Equal(isCovered, certificate.ToPair().Covers(host));
    }

    [Fact]
    public void The_common_name_counts_only_without_alternative_names()
    {
        using var bare = Bare(certificate => { });
        using var addressed = Bare(request =>
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(System.Net.IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        });

        Assert.True(Pair(bare).Covers("old.example"));
        Assert.False(Pair(addressed).Covers("old.example"));
    }

    private static CertificatePair Pair(X509Certificate2 certificate) =>
        new(certificate, System.Net.Security.SslStreamCertificateContext.Create(certificate, null, offline: true), "hash");

    private static X509Certificate2 Bare(Action<CertificateRequest> add)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Old.example", key, HashAlgorithmName.SHA256);
        add(request);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
