using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Requests;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Requests;

/// <summary>Each row of the table of errors, over HTTP/1.1.</summary>
public sealed class ErrorTableTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: user@a.test\r\n\r\n", 400, "Bad Request")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", 400, "Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n", 404, "Not Found")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: a.test\r\n\r\n", 405, "Method Not Allowed")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: unknown.test\r\n\r\n", 405, "Method Not Allowed")]
    [InlineData("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n", 405, "Method Not Allowed")]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1001\r\n\r\n", 413, "Payload Too Large")]
    public async Task Refused_by_the_proxy_itself(string request, int status, string body)
    {
        await using var upstream = RawUpstream.Answering(Ok);
        await using var front = await FrontAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync(request);

        await AssertAnswerAsync(client, status, body);
        Assert.Equal(0, upstream.Accepted);
        await AssertOneLineAsync(front, $" {status} -");
    }

    [Fact]
    public async Task An_unused_port_is_a_bad_gateway()
    {
        await using var front = await FrontAsync(TestRoutes.Site("a.test", FreePorts.Take(1)[0]));
        await using var client = await front.RawAsync();

        await client.SendAsync("GET /x?secret HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await AssertAnswerAsync(client, 502, "Bad Gateway");
        await AssertOneLineAsync(front, "REQUEST a.test GET /x 502 upstream");
        Assert.Contains("UPSTREAM_ERROR a.test connection_refused", front.Log.Lines);
    }

    [Theory]
    [InlineData("", "closed")]
    [InlineData("nonsense\r\n\r\n", "protocol")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "protocol")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "protocol")]
    public async Task An_answer_that_is_none_is_a_bad_gateway(string answer, string word)
    {
        await using var upstream = RawUpstream.Answering(answer);
        await using var front = await FrontAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");

        await AssertAnswerAsync(client, 502, "Bad Gateway");
        Assert.Contains($"UPSTREAM_ERROR a.test {word}", front.Log.Lines);
    }

    [Fact]
    public async Task A_black_hole_is_a_gateway_timeout_by_the_connect_clock()
    {
        using var hole = new BlackHole();
        await using var front = await FrontAsync(
            TestRoutes.Site("a.test", hole.Port) with { UpstreamConnectTimeoutSecs = 1, UpstreamRequestTimeoutSecs = 60 });
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await AssertAnswerAsync(client, 504, "Gateway Timeout");
        Assert.Contains("UPSTREAM_ERROR a.test connect_timeout", front.Log.Lines);
    }

    [Fact]
    public async Task A_longer_connect_timeout_is_not_cut_by_the_request_timeout()
    {
        using var hole = new BlackHole();
        await using var front = await FrontAsync(
            TestRoutes.Site("a.test", hole.Port) with { UpstreamConnectTimeoutSecs = 2, UpstreamRequestTimeoutSecs = 1 });
        await using var client = await front.RawAsync();
        var began = TimeProvider.System.GetTimestamp();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await AssertAnswerAsync(client, 504, "Gateway Timeout");
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 1.9, 10);
        Assert.Contains("UPSTREAM_ERROR a.test connect_timeout", front.Log.Lines);
    }

    [Fact]
    public async Task A_silent_upstream_is_a_gateway_timeout_by_the_request_clock()
    {
        await using var upstream = new RawUpstream(connection => connection.ReadToEndAsync());
        await using var front = await FrontAsync(TestRoutes.Site("a.test", upstream.Port) with { UpstreamRequestTimeoutSecs = 1 });
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await AssertAnswerAsync(client, 504, "Gateway Timeout");
        Assert.Contains("UPSTREAM_ERROR a.test request_timeout", front.Log.Lines);
    }

    [Fact]
    public async Task A_body_that_drips_is_a_request_timeout()
    {
        await using var upstream = new RawUpstream(connection => connection.ReadToEndAsync());
        await using var front = await FrontAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 500\r\n\r\nabc");

        await AssertAnswerAsync(client, 408, "Request Timeout");
        Assert.DoesNotContain(front.Log.Lines, line => line.StartsWith("UPSTREAM_ERROR", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_chunked_body_over_the_limit_is_refused_and_breaks_the_upstream_request_off()
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection => seen.SetResult((await connection.ReadToEndAsync()).Text));
        await using var front = await FrontAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        var chunk = "1f4\r\n" + new string('a', 500) + "\r\n";
        await client.SendAsync(chunk + chunk + chunk);

        await AssertAnswerAsync(client, 413, "Payload Too Large");
        Assert.DoesNotContain("\r\n0\r\n", await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await AssertOneLineAsync(front, "413 upstream");
    }

    [Fact]
    public async Task Head_gets_the_length_of_the_error_but_not_its_body()
    {
        await using var front = await FrontAsync();
        await using var client = await front.RawAsync();

        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: unknown.test\r\nConnection: close\r\n\r\n");

        var answer = await client.ReadToEndAsync();
        Assert.Contains("Content-Length: 9\r\n", answer);
        Assert.EndsWith("\r\n\r\n", answer);
    }

    [Fact]
    public async Task Over_the_rate_every_well_formed_request_is_refused_with_both_lines()
    {
        await using var front = await ProxyFront.StartAsync(TestRoutes.Config(TestRoutes.Listener()) with { RateLimit = new RateLimit(1, 1) });
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n");
        await AssertAnswerAsync(client, 404, "Not Found");
        await client.SendAsync("GET /login?x HTTP/1.1\r\nHost: unknown.test\r\n\r\n");
        var head = await AssertAnswerAsync(client, 429, "Too Many Requests");

        Assert.Contains("Retry-After: 1\r\n", head);
        await Eventually.HoldsAsync(() => front.Log.Lines.Count == 3, "three lines", TestContext.Current.CancellationToken);
        Assert.Equal("RATE_LIMIT unknown.test GET /login 429 -", front.Log.Lines[1]);
        Assert.Equal("REQUEST unknown.test GET /login 429 -", front.Log.Lines[2]);
        Assert.Equal(1, front.Metrics.RateLimited.Value);
    }

    [Fact]
    public void Every_status_of_the_contract_has_its_body()
    {
        foreach (var status in new[] { 400, 404, 405, 408, 413, 414, 429, 431, 502, 504 })
        {
            Assert.True(ErrorAnswer.Has(status));
        }
    }

    private static Task<ProxyFront> FrontAsync(params Site[] sites) =>
        ProxyFront.StartAsync(TestRoutes.Config(TestRoutes.Listener(sites)) with { Body = new Body(1000) });

    private static async Task<string> AssertAnswerAsync(RawClient client, int status, string body)
    {
        var head = await client.ReadHeadAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", head);
        Assert.Contains("Content-Type: text/plain; charset=utf-8\r\n", head);
        Assert.Contains($"Content-Length: {body.Length}\r\n", head);
        Assert.DoesNotContain("Server:", head);
        Assert.Equal(body, await client.ReadUntilAsync(body));
        return head;
    }

    private static async Task AssertOneLineAsync(ProxyFront front, string end)
    {
        await Eventually.HoldsAsync(() => front.Log.Requests.Count > 0, "a REQUEST line", TestContext.Current.CancellationToken);
        Assert.EndsWith(end, Assert.Single(front.Log.Requests));
    }
}
