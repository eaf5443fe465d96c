using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Redirect;

public sealed class RedirectTests
{
    [Theory]
    [InlineData("GET /a%2Fb/../c?x=1&y HTTP/1.1\r\nHost: A.Test:80\r\n\r\n", "https://a.test/a%2Fb/../c?x=1&y")]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test.\r\nContent-Length: 0\r\n\r\n", "https://a.test/")]
    [InlineData("GET http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n", "https://a.test/x")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n", "https://a.test/")]
    public async Task A_known_host_is_sent_to_the_same_target_over_tls(string request, string location)
    {
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", 1));

        var answer = await AskAsync(front, request);

        Assert.StartsWith("HTTP/1.1 301 Moved Permanently\r\n", answer);
        Assert.Contains($"Location: {location}\r\n", answer);
        Assert.DoesNotContain("Server:", answer);
    }

    [Fact]
    public async Task A_port_other_than_443_is_named()
    {
        var listener = TestRoutes.Listener(TestRoutes.Site("a.test", 1)) with { HttpsPort = 8443 };
        await using var front = await ProxyFront.StartAsync(TestRoutes.Config(listener));

        Assert.Contains("Location: https://a.test:8443/x\r\n", await AskAsync(front, "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n", 404, "Not Found")]
    [InlineData("GET /.well-known/acme-challenge/token HTTP/1.1\r\nHost: a.test\r\n\r\n", 404, "Not Found")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400, "Bad Request")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: a.test\r\n\r\n", 405, "Method Not Allowed")]
    public async Task Others_are_refused(string request, int status, string body)
    {
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", 1));

        var answer = await AskAsync(front, request);

        Assert.StartsWith($"HTTP/1.1 {status} {body}\r\n", answer);
        Assert.EndsWith($"\r\n\r\n{body}", answer);
    }

    [Fact]
    public async Task A_site_of_an_exclusive_listener_is_unknown_elsewhere()
    {
        var elsewhere = TestRoutes.Listener(TestRoutes.Site("b.test", 1)) with { BindAddr = IPAddress.Parse("127.0.0.2"), Exclusive = true };
        await using var front = await ProxyFront.StartAsync(TestRoutes.Config(TestRoutes.Listener(), elsewhere));

        Assert.StartsWith("HTTP/1.1 404 ", await AskAsync(front, "GET / HTTP/1.1\r\nHost: b.test\r\n\r\n"));
    }

    [Fact]
    public async Task Redirects_take_no_tokens_and_have_their_line()
    {
        var config = TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", 1))) with { RateLimit = new RateLimit(1, 1) };
        await using var front = await ProxyFront.StartAsync(config);

        for (var count = 0; count < 3; count++)
        {
            Assert.StartsWith("HTTP/1.1 301 ", await AskAsync(front, "GET /x?q HTTP/1.1\r\nHost: a.test\r\n\r\n"));
        }

        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 3, "three lines", TestContext.Current.CancellationToken);
        Assert.All(front.Log.Lines, line => Assert.Equal("REQUEST a.test GET /x 301 -", line));
    }

    private static async Task<string> AskAsync(ProxyFront front, string request)
    {
        await using var client = await front.RawPlainAsync();
        await client.SendAsync(request.Replace("HTTP/1.1\r\n", "HTTP/1.1\r\nConnection: close\r\n", StringComparison.Ordinal));
        return await client.ReadToEndAsync();
    }
}
