using System.Net;
using System.Security.Cryptography;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

/// <summary>Bodies on their way: nothing is kept back, nothing is buffered whole, and every way to end is told apart.</summary>
public sealed class StreamingTests
{
    private const int Megabyte = 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", HttpProtocols.Http1)]
    [InlineData("2.0", HttpProtocols.Http1)]
    [InlineData("1.1", HttpProtocols.Http2)]
    [InlineData("2.0", HttpProtocols.Http2)]
    public async Task A_hundred_megabytes_pass_unchanged_both_ways_at_once(string version, HttpProtocols protocols)
    {
        await using var upstream = await AppUpstream.StartAsync(EchoAsync, protocols);
        await using var front = await FrontAsync(upstream.Port, protocols);
        using var client = front.Client();
        var request = TestMessages.Make(HttpMethod.Post, "a.test", "/", Version.Parse(version));
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        request.Content = new PushContent(async stream =>
        {
            var piece = RandomNumberGenerator.GetBytes(Megabyte);
            for (var count = 0; count < 100; count++)
            {
                piece[0] = (byte)count;
                sent.AppendData(piece);
                await stream.WriteAsync(piece, Stop);
            }
        });

        using var response = await client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(Stop);
        var text = await new StreamReader(body).ReadToEndAsync(Stop);
        Assert.Equal(Convert.ToHexString(sent.GetHashAndReset()), text.TrimEnd('.'));
        Assert.Equal((100 * Megabyte) + 64, text.Length);
    }

    [Fact]
    public async Task A_small_piece_of_an_upload_reaches_the_upstream_before_the_next_is_sent()
    {
        var got = new SemaphoreSlim(0);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadUntilAsync("one");
            got.Release();
            await connection.ReadUntilAsync("two");
            await connection.ReadUntilAsync("\r\n0\r\n\r\n");
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        await got.WaitAsync(Stop);
        await client.SendAsync("3\r\ntwo\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync());
    }

    [Fact]
    public async Task An_upload_that_goes_on_is_progress_however_long_it_takes()
    {
        await using var upstream = await AppUpstream.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, Stop);
            context.Response.StatusCode = 204;
        });
        await using var front = await ProxyFront.StartAsync(
            TestRoutes.Site("a.test", upstream.Port) with { UpstreamRequestTimeoutSecs = 1 });
        await using var client = await front.RawAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 25000\r\n\r\n");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

        for (var piece = 0; piece < 25; piece++)
        {
            await pace.WaitForNextTickAsync(Stop);
            await client.SendAsync(new string('a', 1000));
        }

        Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
    }

    [Fact]
    public async Task A_malformed_chunk_breaks_the_upstream_request_off_and_is_answered_with_400()
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection => seen.SetResult((await connection.ReadToEndAsync()).Text));
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await client.ReadHeadAsync());
        Assert.StartsWith("Bad Request", await client.ReadToEndAsync());
        Assert.DoesNotContain("0\r\n\r\n", await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(["REQUEST a.test POST / 400 upstream"], front.Log.Lines);
    }

    [Fact]
    public async Task A_client_that_leaves_before_the_answer_has_a_line_with_499_and_its_upstream_request_ends()
    {
        var asked = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            asked.SetResult();
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        using var client = front.Client();
        using var leaving = new CancellationTokenSource();
        var sending = client.SendAsync(TestMessages.Http2("a.test", "/gone?x"), leaving.Token);
        await asked.Task;

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await ended.Task;
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(["REQUEST a.test GET /gone 499 upstream"], front.Log.Lines);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("", "HTTP/1.1 417 Expectation Failed\r\n")]
    public async Task Expect_100_continue_is_the_upstreams_to_answer(string interim, string first)
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            if (interim.Length > 0)
            {
                await connection.WriteAsync(interim);
                await connection.ReadUntilAsync("body");
                await connection.ReadAsync(1996);
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
            else
            {
                await connection.WriteAsync("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
            }
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n");

        Assert.StartsWith(first, await client.ReadHeadAsync());
        if (interim.Length > 0)
        {
            await client.SendAsync("body" + new string('a', 1996));
            Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync());
        }
    }

    private static Task<ProxyFront> FrontAsync(int port, HttpProtocols protocols) => ProxyFront.StartAsync(
        TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", port).Speaking(protocols)))
            with
        { Body = new(200 * Megabyte) });

    // Answers while it reads: a dot for each byte, and the hash at the end.
    private static async Task EchoAsync(HttpContext context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var dots = new byte[buffer.Length];
        dots.AsSpan().Fill((byte)'.');
        var total = 0L;
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, Stop)) > 0; total += read)
        {
            hash.AppendData(buffer, 0, read);
        }

        await context.Response.WriteAsync(Convert.ToHexString(hash.GetHashAndReset()), Stop);
        for (var left = total; left > 0; left -= dots.Length)
        {
            await context.Response.Body.WriteAsync(dots.AsMemory(0, (int)Math.Min(left, dots.Length)), Stop);
        }
    }
}
