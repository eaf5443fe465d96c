using System.Globalization;
using System.Net;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

/// <summary>Whose fault a failed exchange was: 502 with its line for the upstream's, 400 for the client's alone.</summary>
public sealed class BlameTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upstream_that_closes_during_an_upload_is_a_bad_gateway_each_time()
    {
        const int Times = 40;
        await using var upstream = new RawUpstream(connection => connection.ReadHeadAsync());
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        using var client = front.Client();

        for (var time = 0; time < Times; time++)
        {
            using var request = TestMessages.Make(HttpMethod.Post, "a.test", "/", HttpVersion.Version20);
            request.Content = new StreamContent(new MemoryStream(new byte[1024 * 1024]));
            using var response = await client.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }

        await Eventually.HoldsAsync(() => front.Log.Requests.Count == Times, "all lines", Stop);
        Assert.Equal(Times, front.Log.Lines.Count(line => line.StartsWith("UPSTREAM_ERROR a.test ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "502")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno", "401")]
    public async Task An_answer_before_the_end_of_an_http11_upload_says_that_the_connection_ends(string answer, string status)
    {
        await using var upstream = RawUpstream.Answering(answer);
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\nabc");

        var head = await client.ReadHeadAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", head);
        Assert.Contains("\r\nConnection: close\r\n", head);
    }

    [Fact]
    public async Task An_answer_behind_a_whole_http11_upload_keeps_the_connection()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadUntilAsync("\r\n\r\nabc");
            await connection.WriteAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        for (var time = 0; time < 2; time++)
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc");
            Assert.DoesNotContain("Connection:", await client.ReadHeadAsync());
        }
    }

    [Fact]
    public async Task Success_instead_of_an_upgrade_is_a_bad_gateway_for_a_websocket_over_http2()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        await client.SendAsync([client.Head(
            [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":authority", "a.test"), (":path", "/ws"), ("sec-websocket-version", "13")],
            out var stream,
            flags: 4)]);

        Assert.StartsWith("502 Bad Gateway", await client.ReadAnswerAsync(stream));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(["UPSTREAM_ERROR a.test protocol", "REQUEST a.test CONNECT /ws 502 upstream"], front.Log.Lines);
    }

    [Theory]
    [InlineData("connection", "close")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("keep-alive", "timeout=5")]
    [InlineData("upgrade", "h2c")]
    [InlineData("proxy-connection", "close")]
    [InlineData("x-a", "a\r\nb: c")]
    [InlineData("x-a", "a\nb")]
    [InlineData("x-a", "a\0b")]
    [InlineData("x-a", "a\u0001b")]
    [InlineData("content-type", "a\r\nb")]
    [InlineData("location", "/\n")]
    [InlineData("content-length", "x")]
    public async Task A_malformed_head_over_http2_is_a_bad_gateway(string name, string value)
    {
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            await using var upstream = Http2Answers.With([(":status", "200"), (name, value)], "hello");
            await using var front = await FrontAsync(upstream);
            using var client = front.Client();

            using var response = await client.SendAsync(TestMessages.Make(HttpMethod.Get, "a.test", "/", version), Stop);

            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
            Assert.Equal(["UPSTREAM_ERROR a.test protocol", "REQUEST a.test GET / 502 upstream"], front.Log.Lines);
        }
    }

    [Theory]
    [InlineData("", "10")]
    [InlineData("hello", "10")]
    [InlineData("hello", "3")]
    public async Task A_body_of_another_length_than_announced_over_http2_is_the_upstreams_fault(string body, string length)
    {
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            await using var upstream = Http2Answers.With([(":status", "200"), ("content-length", length)], body);
            await using var front = await FrontAsync(upstream);
            using var client = front.Client();

            Assert.NotEqual("200 complete", await OutcomeAsync(client, version));

            await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
            Assert.Equal("UPSTREAM_ERROR a.test protocol", front.Log.Lines[0]);
            Assert.DoesNotContain(" 400 ", front.Log.Lines[1]);
        }
    }

    [Theory]
    [InlineData("HEAD", "200")]
    [InlineData("GET", "304")]
    public async Task A_length_without_a_body_is_good_where_none_follows(string method, string status)
    {
        await using var upstream = Http2Answers.With([(":status", status), ("content-length", "10")], "");
        await using var front = await FrontAsync(upstream);
        using var client = front.Client();

        using var response = await client.SendAsync(TestMessages.Make(new HttpMethod(method), "a.test", "/", HttpVersion.Version20), Stop);

        Assert.Equal(int.Parse(status, CultureInfo.InvariantCulture), (int)response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(Stop));
        Assert.DoesNotContain(front.Log.Lines, line => line.StartsWith("UPSTREAM_ERROR", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\u0001b")]
    public async Task A_malformed_trailer_over_http2_breaks_the_answer_off(string value)
    {
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            await using var upstream = Http2Answers.With([(":status", "200")], "hello", ("x-sum", value));
            await using var front = await FrontAsync(upstream);
            using var client = front.Client();

            Assert.NotEqual("200 complete", await OutcomeAsync(client, version));

            await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
            Assert.Equal("UPSTREAM_ERROR a.test protocol", front.Log.Lines[0]);
        }
    }

    private static async Task<string> OutcomeAsync(HttpMessageInvoker client, Version version)
    {
        try
        {
            using var response = await client.SendAsync(TestMessages.Make(HttpMethod.Get, "a.test", "/", version), Stop);
            await response.Content.LoadIntoBufferAsync(Stop);
            return $"{(int)response.StatusCode} complete";
        }
        catch (HttpRequestException)
        {
            return "broken";
        }
    }

    private static Task<ProxyFront> FrontAsync(RawUpstream upstream) =>
        ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port).Speaking(HttpProtocols.Http2));
}
