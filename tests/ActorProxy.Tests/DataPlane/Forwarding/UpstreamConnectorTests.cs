using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

public sealed class UpstreamConnectorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plain_site_gets_a_stream_to_its_upstream()
    {
        await using var upstream = new RawUpstream(async connection => await connection.WriteAsync(await connection.ReadAsync(5)));
        await using var stream = await Connector().ConnectAsync(TestRoutes.Route(TestRoutes.Site("a.test", upstream.Port)), Stop);

        await stream.WriteAsync("hello"u8.ToArray(), Stop);

        var answer = new byte[5];
        await stream.ReadExactlyAsync(answer, Stop);
        Assert.Equal("hello"u8.ToArray(), answer);
    }

    [Fact]
    public async Task A_port_without_a_listener_is_refused()
    {
        Assert.Equal(UpstreamConnectFailure.Refused, await FailureAsync(TestRoutes.Site("a.test", FreePorts.Take(1)[0])));
    }

    [Fact]
    public async Task A_name_without_addresses_is_a_dns_failure()
    {
        var site = TestRoutes.Site("a.test", 80) with { Upstream = new UpstreamAddress("does-not-exist.invalid", 80) };

        Assert.Equal(UpstreamConnectFailure.Dns, await FailureAsync(site));
    }

    [Fact]
    public async Task A_host_that_swallows_the_first_packet_times_out_after_the_sites_own_timeout()
    {
        using var hole = new BlackHole();
        var site = TestRoutes.Site("a.test", hole.Port) with { UpstreamConnectTimeoutSecs = 1 };
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(UpstreamConnectFailure.Timeout, await FailureAsync(site));

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0.9, 4);
    }

    [Fact]
    public async Task A_silent_tls_upstream_times_out_under_the_same_clock()
    {
        await using var upstream = new RawUpstream(async connection => await connection.ReadToEndAsync());
        var site = TestRoutes.Site("a.test", upstream.Port) with { UpstreamScheme = UpstreamScheme.Https, UpstreamConnectTimeoutSecs = 1 };

        Assert.Equal(UpstreamConnectFailure.Timeout, await FailureAsync(site));
    }

    [Fact]
    public async Task An_upstream_that_speaks_no_tls_is_a_tls_failure()
    {
        await using var upstream = new RawUpstream(connection => connection.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        var site = TestRoutes.Site("a.test", upstream.Port) with { UpstreamScheme = UpstreamScheme.Https };

        Assert.Equal(UpstreamConnectFailure.Tls, await FailureAsync(site));
    }

    [Theory]
    [InlineData("127.0.0.1", UpstreamHttpVersion.Http11, false)]
    [InlineData("localhost", UpstreamHttpVersion.Http11, true)]
    [InlineData("127.0.0.1", UpstreamHttpVersion.Http2, true)]
    public async Task The_certificate_must_be_for_the_upstreams_host_and_http2_must_be_chosen(
        string host, UpstreamHttpVersion version, bool fails)
    {
        using var certificate = SelfSigned(IPAddress.Loopback);
        await using var upstream = new RawUpstream(async connection =>
        {
            await using var tls = new SslStream(connection.Stream);
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate }, connection.Stopping);
            await tls.WriteAsync("ok"u8.ToArray(), connection.Stopping);
            await tls.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, connection.Stopping);
        });
        var site = TestRoutes.Site("a.test", 443) with
        {
            Upstream = new UpstreamAddress(host, upstream.Port),
            UpstreamScheme = UpstreamScheme.Https,
            UpstreamHttpVersion = version,
        };
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(certificate);

        Assert.Equal(fails ? UpstreamConnectFailure.Tls : null, await FailureOrNullAsync(Connector(trust), site));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("0.0.0.0", "127.0.0.1", true)]
    [InlineData("0.0.0.0", "127.9.9.9", true)]
    [InlineData("::", "127.0.0.1", true)]
    [InlineData("::", "::ffff:127.0.0.1", true)]
    [InlineData("127.0.0.1", "0.0.0.0", true)]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("0.0.0.0", "::1", false)]
    public async Task A_connection_that_would_end_at_this_proxy_is_a_loop(string listener, string upstream, bool isLoop)
    {
        var port = FreePorts.Take(1)[0];
        foreach (var (https, http) in new[] { (port, 1), (1, port) })
        {
            var site = TestRoutes.Site("a.test", port) with { Upstream = new UpstreamAddress(upstream, port), UpstreamConnectTimeoutSecs = 1 };
            var config = TestRoutes.Config(
                TestRoutes.Listener(site) with { BindAddr = IPAddress.Parse(listener), HttpsPort = https, HttpPort = http });
            var connector = new UpstreamConnector(new OwnAddresses(TestRoutes.Live(config)), TimeProvider.System);

            Assert.Equal(isLoop, await FailureOrNullAsync(connector, site) == UpstreamConnectFailure.Loop);
        }
    }

    [Fact]
    public async Task A_connection_to_the_health_port_is_a_loop()
    {
        var site = TestRoutes.Site("a.test", FreePorts.Take(1)[0]);
        var config = TestRoutes.Config(TestRoutes.Listener(site)) with { HealthCheckPort = site.Upstream.Port };
        var connector = new UpstreamConnector(new OwnAddresses(TestRoutes.Live(config)), TimeProvider.System);

        Assert.Equal(UpstreamConnectFailure.Loop, await FailureOrNullAsync(connector, site));
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_told_of_a_failure()
    {
        using var hole = new BlackHole();
        using var givenUp = new CancellationTokenSource();
        var connecting = Connector().ConnectAsync(TestRoutes.Route(TestRoutes.Site("a.test", hole.Port)), givenUp.Token);

        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connecting);
    }

    private static UpstreamConnector Connector(X509ChainPolicy? trust = null) =>
        new(new OwnAddresses(TestRoutes.Live(TestRoutes.Config())), TimeProvider.System) { Trust = trust };

    private static async Task<UpstreamConnectFailure> FailureAsync(Site site) =>
        Assert.NotNull(await FailureOrNullAsync(Connector(), site));

    private static async Task<UpstreamConnectFailure?> FailureOrNullAsync(UpstreamConnector connector, Site site)
    {
        try
        {
            await using var stream = await connector.ConnectAsync(TestRoutes.Route(site), Stop);
            return null;
        }
        catch (UpstreamConnectException failure)
        {
            return failure.Failure;
        }
    }

    private static X509Certificate2 SelfSigned(IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=upstream", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
