using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

/// <summary>What a client sees of an upstream's answer.</summary>
public sealed class PassedResponseTests
{
    [Fact]
    public async Task Fields_pass_but_the_upstreams_server_and_what_is_hop_by_hop()
    {
        var answer = await AnswerAsync(
            "HTTP/1.1 203 Odd Reason\r\nServer: leaky/1.0\r\nConnection: close, X-Inner\r\nX-Inner: 1\r\nKeep-Alive: timeout=5\r\n"
            + "Proxy-Connection: x\r\nUpgrade: h2c\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Latin: \u00e9\u00ff\r\nAlt-Svc: h3\r\n"
            + "Content-Length: 2\r\n\r\nok");

        Assert.StartsWith("HTTP/1.1 203 Odd Reason\r\n", answer);
        Assert.Contains("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n", answer);
        Assert.Contains("X-Latin: \u00e9\u00ff\r\n", answer);
        Assert.Contains("Alt-Svc: h3\r\n", answer);
        Assert.EndsWith("\r\n\r\nok", answer);
        foreach (var gone in new[] { "Server:", "X-Inner", "Keep-Alive", "Proxy-Connection", "Upgrade" })
        {
            Assert.DoesNotContain(gone, answer);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 ", false)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", "HTTP/1.1 304 ", false)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 ", true)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 201 ", true)]
    public async Task Answers_without_a_body_end_with_their_head(string answer, string status, bool hasLength)
    {
        var passed = await AnswerAsync(answer);

        Assert.StartsWith(status, passed);
        Assert.EndsWith("\r\n\r\n", passed);
        Assert.Equal(hasLength, passed.Contains("Content-Length: 0"));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length: 0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("\r\nhello")]
    public async Task A_205_brings_no_body_whatever_it_says(string rest)
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 205 Reset Content\r\nX-A: 1\r\n" + rest);
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");

        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 205 Reset Content\r\n", answer);
        Assert.Contains("\r\nX-A: 1\r\n", answer);
        Assert.Equal(2, answer.Split("\r\nContent-Length: 0\r\n").Length);
        Assert.DoesNotContain("Transfer-Encoding", answer);
        Assert.EndsWith("\r\n\r\n", answer);
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", TestContext.Current.CancellationToken);
        Assert.Equal(["REQUEST a.test GET / 205 upstream"], front.Log.Lines);
    }

    [Fact]
    public async Task Head_keeps_the_length_of_what_get_would_have_brought()
    {
        var answer = await AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n", "HEAD");

        Assert.Contains("Content-Length: 12345\r\n", answer);
        Assert.EndsWith("\r\n\r\n", answer);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    public async Task A_body_that_breaks_off_never_looks_whole(string broken)
    {
        await using var upstream = RawUpstream.Answering(broken);
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        // Whatever came before the reset is a beginning.
        Assert.DoesNotContain("\r\n0\r\n", await client.ReadToEndAsync());
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", TestContext.Current.CancellationToken);
        Assert.Equal("REQUEST a.test GET / 200 upstream", front.Log.Requests[0]);
        Assert.Contains("UPSTREAM_ERROR a.test closed", front.Log.Lines);
    }

    [Fact]
    public async Task Over_http2_a_body_that_breaks_off_is_a_stream_error()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        using var client = front.Client();

        using var response = await client.SendAsync(TestMessages.Http2("a.test", "/"), TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_silent_stream_shows_its_headers_at_once_and_each_event_as_it_comes()
    {
        var next = new SemaphoreSlim(0);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            await next.WaitAsync(connection.Stopping);
            await connection.WriteAsync("data: 1\n\n");
            await next.WaitAsync(connection.Stopping);
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        using var client = front.Client();

        foreach (var request in new[] { TestMessages.Http11("a.test", "/"), TestMessages.Http2("a.test", "/") })
        {
            // Nothing of the body has been sent when the headers are here.
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);

            next.Release();
            await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            var one = new byte[9];
            await body.ReadExactlyAsync(one, TestContext.Current.CancellationToken);
            Assert.Equal("data: 1\n\n"u8.ToArray(), one);
            next.Release();
        }
    }

    [Fact]
    public async Task A_stream_that_falls_silent_for_too_long_is_broken_off()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            await connection.ReadToEndAsync();
        });
        await using var front = await ProxyFront.StartAsync(
            TestRoutes.Site("a.test", upstream.Port) with { UpstreamStreamIdleTimeoutSecs = 1 });
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.DoesNotContain("0\r\n\r\n", await client.ReadToEndAsync());
        await Eventually.HoldsAsync(
            () => front.Log.Lines.Contains("UPSTREAM_ERROR a.test stream_idle_timeout"), "its line", TestContext.Current.CancellationToken);
    }

    private static async Task<string> AnswerAsync(string answer, string method = "GET")
    {
        await using var upstream = RawUpstream.Answering(answer);
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        var text = await client.ReadToEndAsync();
        return text.Replace("Connection: close\r\n", "", StringComparison.Ordinal);
    }
}
