using System.Security.Authentication;
using ActorProxy.TestKit;
using ActorProxy.Tests.DataPlane.Listeners;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Tls;

public sealed class TlsTerminationTests
{
    private const string LastRequest = "GET / HTTP/1.0\r\nHost: site.test\r\n\r\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_that_nobody_covers_gets_the_alert()
    {
        await using var served = await StartAsync();

        var said = await OpenSslClient.ConnectAsync(served.Port, "-servername other.test", "", Cancelled);

        Assert.Contains("alert number 112", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-servername site.test")]
    [InlineData("-servername SITE.test.")]
    [InlineData("-servername any.wild.test")]
    [InlineData("-noservername")]
    public async Task A_known_or_absent_name_gets_the_certificate(string arguments)
    {
        await using var served = await StartAsync();

        var said = await OpenSslClient.ConnectAsync(served.Port, arguments + " -ign_eof", LastRequest, Cancelled);

        Assert.Contains("CN = site.test", said, StringComparison.Ordinal);
        Assert.Contains("200 OK", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2", "TLSv1.2, Cipher is ECDHE")]
    [InlineData("-tls1_3", "TLSv1.3, Cipher is TLS_")]
    public async Task Both_versions_are_spoken(string version, string expected)
    {
        await using var served = await StartAsync();

        Assert.Contains(
            expected, await OpenSslClient.ConnectAsync(served.Port, $"-servername site.test {version}", "", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_versions_are_refused_with_an_alert()
    {
        await using var served = await StartAsync();

        var said = await OpenSslClient.ConnectAsync(served.Port, "-servername site.test -tls1_1 -cipher ALL:@SECLEVEL=0", "", Cancelled);

        Assert.Contains("alert protocol version", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_session_is_resumed_also_after_a_reload_that_keeps_the_certificate(string version)
    {
        using var directory = new TempDirectory();
        var session = Path.Combine(directory.Path, "session");
        await using var served = await StartAsync();
        var first = await OpenSslClient.ConnectAsync(
            served.Port, $"-servername site.test {version} -ign_eof -sess_out {session}", LastRequest, Cancelled);
        Assert.Contains("New, TLS", first, StringComparison.Ordinal);

        served.Plane.Apply(ServedDataPlane.Config(ServedDataPlane.Listener(served.Port)));

        var second = await OpenSslClient.ConnectAsync(
            served.Port, $"-servername site.test {version} -ign_eof -sess_in {session}", LastRequest, Cancelled);
        Assert.Contains("Reused, TLS", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_certificate_is_served_at_once_and_open_connections_stay()
    {
        await using var served = await StartAsync();
        await using var before = await TestClient.ConnectTlsAsync(served.Port, Cancelled);
        using var renewed = TestCertificates.SelfSigned("renewed.test", "site.test");

        served.Plane.Apply(ServedDataPlane.Config(ServedDataPlane.Listener(served.Port)), renewed.ToPair());

        await using var after = await TestClient.ConnectTlsAsync(served.Port, Cancelled);
        Assert.Equal("CN=site.test", before.Tls.RemoteCertificate!.Subject);
        Assert.Equal("CN=renewed.test", after.Tls.RemoteCertificate!.Subject);
        await before.GetAsync(Cancelled);
        Assert.StartsWith("HTTP/1.1 200", await before.ReadAnswerAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_hello_that_comes_byte_by_byte_is_understood()
    {
        await using var served = await StartAsync();
        await using var client = await TestClient.ConnectAsync(served.Port, Cancelled);
        var slow = new DrippingStream(client.Stream);
        using var tls = new System.Net.Security.SslStream(slow);

        await tls.AuthenticateAsClientAsync(
            new System.Net.Security.SslClientAuthenticationOptions
            {
                TargetHost = "site.test",
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            Cancelled);

        Assert.Equal(SslProtocols.Tls13, tls.SslProtocol);
    }

    private static async Task<Served> StartAsync()
    {
        var port = FreePorts.Take(1)[0];
        return new Served(port, await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(port)),
            context =>
            {
                context.Response.ContentLength = 2;
                return context.Response.WriteAsync("ok");
            }));
    }

    private sealed record Served(int Port, ServedDataPlane Plane) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Plane.DisposeAsync();
    }
}
