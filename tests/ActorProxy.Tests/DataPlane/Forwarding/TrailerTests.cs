using System.Text;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.TestKit;
using ActorProxy.Tests.DataPlane.Listeners;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

/// <summary>What stands behind a body, both ways and over both versions.</summary>
public sealed class TrailerTests
{
    private const string Forbidden = "Authorization: x\r\nContent-Length: 9\r\nTransfer-Encoding: gzip\r\nSet-Cookie: a\r\nX-Forwarded-For: 6.6.6.6\r\nX_Real_IP: 6.6.6.6\r\n";

    private static readonly (string, string)[] Post = [(":method", "POST"), (":scheme", "https"), (":authority", "a.test"), (":path", "/")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_http11_client_gets_the_trailers_of_an_http11_upstream_and_goes_on()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            while (true)
            {
                await connection.ReadHeadAsync();
                await connection.WriteAsync(
                    "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n" + Forbidden + "x-sum: \u00e9\r\n\r\n");
            }
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        for (var request = 0; request < 2; request++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

            var head = await client.ReadHeadAsync();
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
            Assert.Contains("\r\nTrailer: X-Sum\r\n", head);
            Assert.Equal(2, head.Split("\r\nTransfer-Encoding: chunked\r\n").Length);
            Assert.Equal("0005\r\nhello\r\n0\r\nX-Sum: 1\r\nx-sum: \u00e9\r\n\r\n", await client.ReadUntilAsync("\r\n\r\n"));
        }

        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task An_http11_client_gets_the_trailers_of_an_http2_upstream()
    {
        await using var upstream = await AppUpstream.StartAsync(
            async context =>
            {
                await context.Response.WriteAsync("hello", Stop);
                context.Response.AppendTrailer("X-Sum", "1");
                context.Response.AppendTrailer("Authorization", "x");
            },
            HttpProtocols.Http2);
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port).Speaking(HttpProtocols.Http2));
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");

        await client.ReadHeadAsync();
        Assert.Equal("0005\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n", (await client.ReadToEndAsync()).Replace("X-Sum", "x-sum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_http2_client_gets_the_trailers_of_an_http11_upstream()
    {
        await using var upstream = RawUpstream.Answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n" + Forbidden + "\r\n");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        using var client = front.Client();

        using var response = await client.SendAsync(TestMessages.Http2("a.test", "/"), Stop);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal(("x-sum", "1"), response.TrailingHeaders.Select(trailer => (trailer.Key.ToLowerInvariant(), trailer.Value.Single())).Single());
    }

    [Fact]
    public async Task An_answer_that_breaks_off_inside_its_trailers_never_looks_whole()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.DoesNotContain("\r\n0\r\n", await client.ReadToEndAsync());
        await Eventually.HoldsAsync(() => front.Log.Lines.Contains("UPSTREAM_ERROR a.test closed"), "its line", Stop);
    }

    [Fact]
    public async Task An_http10_client_gets_a_body_without_framing()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");

        Assert.DoesNotContain("Transfer-Encoding", await client.ReadHeadAsync());
        Assert.Equal("hello", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task An_http11_upstream_gets_the_trailers_of_an_http11_client()
    {
        var (upstream, seen) = Listening();
        await using var listening = upstream;
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync(
            "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n" + Forbidden + "X-Sum: 2\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync());
        Assert.EndsWith("hello\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n", await seen);
    }

    [Fact]
    public async Task An_http11_upstream_gets_the_trailers_of_an_http2_client()
    {
        var (upstream, seen) = Listening();
        await using var listening = upstream;
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        var answer = await client.AskAsync(
            Post,
            "hello",
            [("x-sum", "1"), ("authorization", "x"), ("x-forwarded-for", "6.6.6.6"), ("x-sum", "2")]);

        Assert.StartsWith("200", answer);
        Assert.EndsWith("hello\r\n0\r\nx-sum: 1\r\nx-sum: 2\r\n\r\n", await seen);
    }

    [Theory]
    [InlineData("content-length ", "5")]
    [InlineData("content-length: 5", "x")]
    [InlineData("x-a: b\r\n\r\nget /smuggled http/1.1\r\nhost: a.test\r\nx", "y")]
    [InlineData("x-sum", "a\u0001b")]
    [InlineData("x-sum", "a\nb")]
    [InlineData("x-sum", "a\r\n\r\nGET /smuggled HTTP/1.1")]
    [InlineData("x-sum", " a")]
    [InlineData("authorization", "a\u007f")]
    public async Task A_malformed_trailer_of_an_http2_client_breaks_the_upstream_request_off(string name, string value)
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection => seen.SetResult((await connection.ReadToEndAsync()).Text));
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        Assert.Equal("400 Bad Request", await client.AskAsync(Post, "hello", [("x-good", "1"), (name, value)]));

        Assert.DoesNotContain("\r\n0\r\n", await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(["REQUEST a.test POST / 400 upstream"], front.Log.Lines);
    }

    [Fact]
    public async Task A_malformed_trailer_behind_the_beginning_of_an_answer_ends_the_stream()
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            seen.SetResult((await connection.ReadToEndAsync()).Text);
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);
        await client.SendAsync([client.Head(Post, out var stream, flags: 4)]);
        await client.ReadDataAsync(stream);

        await client.SendAsync([Http2Frames.Frame(type: 1, flags: 5, stream, Http2RawClient.Block([("x a", "1")]))]);

        await client.ReadResetAsync(stream);
        Assert.DoesNotContain("0\r\n\r\n", await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(["REQUEST a.test POST / 200 upstream"], front.Log.Lines);
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public async Task A_trailer_that_would_become_something_else_breaks_the_answer_off(string value)
    {
        using var response = new HttpResponseMessage();
        Assert.True(response.TrailingHeaders.TryAddWithoutValidation("X-Sum", value));
        await using var framed = new ChunkedDownload(new MemoryStream(), response);

        await Assert.ThrowsAsync<UpstreamProtocolException>(() => framed.CopyToAsync(Stream.Null, Stop));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100_000)]
    public async Task Chunks_are_whole_whatever_they_are_read_into(int size)
    {
        var text = new string('x', 70_000);
        using var response = new HttpResponseMessage();
        response.TrailingHeaders.TryAddWithoutValidation("X-Sum", new string('y', 40));
        await using var framed = new ChunkedDownload(new MemoryStream(Encoding.ASCII.GetBytes(text)), response);
        var got = new StringBuilder();
        var buffer = new byte[size];

        for (int count; (count = await framed.ReadAsync(buffer, Stop)) > 0;)
        {
            got.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        var rest = got.ToString();
        var body = new StringBuilder();
        for (int length; (length = Convert.ToInt32(rest[..rest.IndexOf('\r')], 16)) > 0; rest = rest[(rest.IndexOf('\n') + 1 + length + 2)..])
        {
            body.Append(rest, rest.IndexOf('\n') + 1, length);
        }

        Assert.Equal(text, body.ToString());
        Assert.Equal($"0\r\nX-Sum: {new string('y', 40)}\r\n\r\n", rest);
    }

    private static (RawUpstream Upstream, Task<string> Seen) Listening()
    {
        var seen = new TaskCompletionSource<string>();
        var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            seen.SetResult(await connection.ReadUntilAsync("\r\n0\r\n") + await connection.ReadUntilAsync("\r\n\r\n"));
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await connection.ReadToEndAsync();
        });
        return (upstream, seen.Task);
    }
}
