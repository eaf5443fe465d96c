using System.Net;
using System.Net.Http;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class ConnectionPipelineTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Serves_http_over_tls_by_alpn(string version)
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(port)),
            context => context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Scheme} {context.Features.Get<ClientConnection>()!.ClientIp}"));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true, TargetHost = "site.test" },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{port}/")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await client.SendAsync(request, Cancelled);

        var protocol = version == "1.1" ? "HTTP/1.1" : "HTTP/2";
        Assert.Equal($"{protocol} https 127.0.0.1", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Serves_plain_http_where_the_redirect_is()
    {
        var ports = FreePorts.Take(2);
        await using var served = await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(ports[0], ports[1])),
            context => context.Response.WriteAsync($"{context.Request.Scheme} {context.Features.Get<ClientConnection>()!.Listener}"));
        await using var client = await TestClient.ConnectAsync(ports[1], Cancelled);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n", Cancelled);

        Assert.Contains($"http 127.0.0.1:{ports[1]}", System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync(Cancelled)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_changes_its_role_while_its_socket_stays()
    {
        var ports = FreePorts.Take(2);
        await using var served = await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(ports[0], ports[1])), context => context.Response.WriteAsync(context.Request.Scheme));

        served.Apply(ServedDataPlane.Config(ServedDataPlane.Listener(ports[1], ports[0])));

        await using var secure = await TestClient.ConnectTlsAsync(ports[1], Cancelled);
        await secure.SendAsync("GET / HTTP/1.0\r\nHost: site.test\r\n\r\n", Cancelled);
        Assert.EndsWith("https", System.Text.Encoding.ASCII.GetString(await secure.ReadToEndAsync(Cancelled)), StringComparison.Ordinal);
        await using var plain = await TestClient.ConnectAsync(ports[0], Cancelled);
        await plain.SendAsync("GET / HTTP/1.0\r\nHost: site.test\r\n\r\n", Cancelled);
        Assert.EndsWith("http", System.Text.Encoding.ASCII.GetString(await plain.ReadToEndAsync(Cancelled)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    public async Task An_ipv4_client_of_a_dual_stack_wildcard_has_its_ipv4_address(string from, string expected)
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(0, port, "::")),
            context => context.Response.WriteAsync($"{context.Features.Get<ClientConnection>()!.ClientIp}"));
        await using var client = await TestClient.ConnectAsync(port, Cancelled, from);

        await client.SendAsync("GET / HTTP/1.0\r\nHost: site.test\r\n\r\n", Cancelled);

        Assert.EndsWith("\r\n\r\n" + expected, System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync(Cancelled)), StringComparison.Ordinal);
    }
}
