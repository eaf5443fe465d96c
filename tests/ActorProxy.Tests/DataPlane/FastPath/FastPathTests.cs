using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>Ends of requests that go the fast path, and what is left behind them: nothing.</summary>
public sealed class FastPathTests
{
    private const int Piece = 32 * 1024;

    // What the fast path leaves of a piece for data in a chunk.
    private const int Chunk = Piece - 13;

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_leaves_while_the_upstream_is_connected_to_is_a_499()
    {
        using var hole = new BlackHole();
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", hole.Port) with { UpstreamConnectTimeoutSecs = 3600 });
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/gone"));
        await Eventually.HoldsAsync(() => front.LastConnection is { RequestsInFlight: 1 }, "it is under way", Stop);

        await client.VanishAsync("reset");

        await AssertQuietAsync(front, "REQUEST a.test GET /gone 499 upstream");
    }

    [Theory]
    [InlineData("close")]
    [InlineData("reset")]
    [InlineData("shutdown")]
    public async Task A_client_that_leaves_before_the_answer_is_a_499_and_ends_the_upstream_request(string way)
    {
        var (asked, ended) = (NewSource(), NewSource());
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            asked.SetResult();
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/gone"));
        await asked.Task.WaitAsync(Stop);

        await client.VanishAsync(way);

        await ended.Task.WaitAsync(Stop);
        await AssertQuietAsync(front, "REQUEST a.test GET /gone 499 upstream");
    }

    [Theory]
    [InlineData("close")]
    [InlineData("reset")]
    [InlineData("shutdown")]
    public async Task A_client_that_leaves_within_the_answer_ends_the_upstream_s_and_keeps_its_status(string way)
    {
        var ended = NewSource();
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            await connection.WriteAsync("HTTP/1.1 203 Part\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/part"));
        await client.ReadUntilAsync("abc");

        await client.VanishAsync(way);

        await ended.Task.WaitAsync(Stop);
        await AssertQuietAsync(front, "REQUEST a.test GET /part 203 upstream");
    }

    [Fact]
    public async Task An_upstream_that_says_nothing_is_a_504_and_the_connection_goes_on()
    {
        var asked = NewSource();
        await using var upstream = new RawUpstream(async connection =>
        {
            var head = await ReadFastHeadAsync(connection);
            if (head.StartsWith("GET /silent ", StringComparison.Ordinal))
            {
                asked.SetResult();
                await connection.ReadToEndAsync();
            }

            await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        await using var front = await StartAsync(upstream);
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/silent"));
        await asked.Task.WaitAsync(Stop);

        _time.Advance(TimeSpan.FromSeconds(61));

        var answer = await client.ReadUntilAsync("\r\n\r\nGateway Timeout");
        Assert.StartsWith("HTTP/1.1 504 Gateway Timeout\r\n", answer);
        Assert.DoesNotContain("Connection:", answer);
        await client.SendAsync(Get("/next"));
        Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
        await AssertQuietAsync(
            front, "UPSTREAM_ERROR a.test request_timeout", "REQUEST a.test GET /silent 504 upstream", "REQUEST a.test GET /next 204 upstream");
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    [InlineData("\r\nabc")]
    public async Task A_body_that_falls_silent_is_broken_off_and_never_looks_whole(string rest)
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\n" + rest);
            await connection.ReadToEndAsync();
        });
        await using var front = await StartAsync(upstream);
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/part"));
        await client.ReadUntilAsync("abc");

        _time.Advance(TimeSpan.FromSeconds(601));

        Assert.DoesNotContain("0\r\n", await client.ReadToEndAsync());
        await AssertQuietAsync(front, "UPSTREAM_ERROR a.test stream_idle_timeout", "REQUEST a.test GET /part 200 upstream");
    }

    [Fact]
    public async Task A_client_that_takes_nothing_of_a_body_ends_with_the_same_clock()
    {
        var ended = NewSource();
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            try
            {
                while (true)
                {
                    await connection.WriteAsync($"{Piece:x}\r\n{new string('a', Piece)}\r\n");
                }
            }
            catch (IOException)
            {
                ended.SetResult();
            }
        });
        await using var front = await StartAsync(upstream);
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/endless"));
        await client.ReadHeadAsync();

        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(601));
                return front.Log.Requests.Count == 1;
            },
            "the request ends",
            Stop);

        await ended.Task.WaitAsync(Stop);
        Assert.DoesNotContain("\r\n0\r\n", await client.ReadToEndAsync());
        Assert.Contains("UPSTREAM_ERROR a.test stream_idle_timeout", front.Log.Lines);
        Assert.Equal(0, front.LastConnection!.RequestsInFlight);
    }

    [Fact]
    public async Task A_stale_connection_is_tried_once_more_and_a_fresh_one_is_not()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            if (connection.Number == 1)
            {
                await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
                await ReadFastHeadAsync(connection);
            }
            else if (connection.Number == 2)
            {
                await connection.WriteAsync("HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        foreach (var status in (int[])[204, 205, 502])
        {
            await client.SendAsync(Get("/"));
            Assert.StartsWith($"HTTP/1.1 {status} ", await client.ReadUntilAsync(status == 502 ? "\r\n\r\nBad Gateway" : "\r\n\r\n"));
        }

        Assert.Equal(3, upstream.Accepted);
        await AssertQuietAsync(
            front,
            "REQUEST a.test GET / 204 upstream", "REQUEST a.test GET / 205 upstream", "UPSTREAM_ERROR a.test closed", "REQUEST a.test GET / 502 upstream");
    }

    [Fact]
    public async Task A_connection_whose_answer_has_ended_serves_the_next_client()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            for (var answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"; ; answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
            {
                await ReadFastHeadAsync(connection);
                await connection.WriteAsync(answer);
            }
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        for (var number = 0; number < 3; number++)
        {
            await using var client = await front.RawAsync();
            await client.SendAsync(Get("/"));
            await client.ReadUntilAsync(number == 0 ? "\r\n\r\nok" : "\r\nok\r\n0\r\n\r\n");
        }

        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task A_client_that_says_close_is_told_so_and_asks_no_more()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            await connection.ReadToEndAsync();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync(Get("/last", "Connection: Close\r\n") + Get("/beyond"));

        var answer = await client.ReadToEndAsync();
        Assert.Contains("\r\nConnection: close\r\n\r\nok", answer);
        Assert.EndsWith("ok", answer);
        await AssertQuietAsync(front, "REQUEST a.test GET /last 200 upstream");
    }

    [Fact]
    public async Task The_head_of_a_silent_stream_goes_out_at_once_and_each_event_when_it_comes()
    {
        var next = new SemaphoreSlim(0);
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (var part in (string[])["9\r\ndata: 1\n\n\r\n", "9\r\ndata:", " 2\n\n\r\n", "0\r\n", "\r\n"])
            {
                await next.WaitAsync(connection.Stopping);
                await connection.WriteAsync(part);
            }
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/events"));

        Assert.Contains("\r\nContent-Type: text/event-stream\r\n", await client.ReadHeadAsync());
        foreach (var shown in (string[])["data: 1\n\n", "data:", " 2\n\n"])
        {
            next.Release();
            await client.ReadUntilAsync(shown + "\r\n");
        }

        next.Release(2);
        await client.ReadUntilAsync("0\r\n\r\n");
        await AssertQuietAsync(front, "REQUEST a.test GET /events 200 upstream");
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(Piece - 20)]
    [InlineData(65_000)]
    public async Task Trailers_longer_than_any_buffer_pass(int length)
    {
        var trailer = $"X-Long: {new string('t', length)}\r\n";
        await using var upstream = new RawUpstream(async connection =>
        {
            await ReadFastHeadAsync(connection);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n");
            await connection.WriteAsync($"{trailer}Content-Length: 3\r\nX-Last: 1\r\n\r\n");
            await connection.ReadToEndAsync();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        await client.SendAsync(Get("/"));
        await client.ReadHeadAsync();

        Assert.EndsWith($"ok\r\n0\r\n{trailer}X-Last: 1\r\n\r\n", await client.ReadUntilAsync("1\r\n\r\n"));
    }

    [Theory]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData((2 * Chunk) + 1)]
    [InlineData((2 * Piece) + 1)]
    public async Task Bodies_around_the_size_of_a_piece_pass_whole(int size)
    {
        var body = string.Concat(Enumerable.Range(0, (size / 8) + 1).Select(number => number.ToString("x7", CultureInfo.InvariantCulture) + " "))[..size];
        await using var upstream = new RawUpstream(async connection =>
        {
            var head = await ReadFastHeadAsync(connection);
            var framed = head[5] switch
            {
                'l' => $"Content-Length: {size}\r\n\r\n{body}",
                'c' => $"Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n",
                _ => $"\r\n{body}",
            };
            var headEnd = framed.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            await connection.WriteAsync("HTTP/1.1 200 OK\r\n" + framed[..Math.Max(2, headEnd)]);
            await connection.WriteAsync(framed[Math.Max(2, headEnd)..]);
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(body)));
        foreach (var target in (string[])["/length", "/chunked", "/until-close"])
        {
            await using var client = await front.RawAsync();
            var request = Get(target, "Connection: close\r\n");
            await client.SendAsync(request);
            var reader = new ClientReader([request]);
            await reader.ReadToEndAsync(client.Stream, Stop);
            Assert.Contains($"] {size} bytes, {hash}", Assert.Single(reader.Answers));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_request_takes_one_token_whichever_path_serves_it(bool fastPath)
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            while (true)
            {
                await connection.ReadHeadAsync();
                await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
            }
        });
        var config = TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", upstream.Port))) with { RateLimit = new RateLimit(1, 3) };
        await using var front = await ProxyFront.StartAsync(config, _time, fastPath);
        await using var client = await front.RawAsync();
        for (var number = 0; number < 5; number++)
        {
            await client.SendAsync(Get("/"));
            var isLimited = number >= 3;
            Assert.StartsWith(isLimited ? "HTTP/1.1 429 " : "HTTP/1.1 204 ", await client.ReadUntilAsync(isLimited ? "\r\n\r\nToo Many Requests" : "\r\n\r\n"));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        await client.SendAsync(Get("/"));
        Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 6, "all lines", Stop);
        Assert.Equal(2, front.Metrics.RateLimited.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_field_of_content_brings_no_length_when_a_request_is_sent_again(bool fastPath)
    {
        var again = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            var head = await connection.ReadHeadAsync();
            if (connection.Number == 1)
            {
                await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
                await connection.ReadHeadAsync();
                return;
            }

            again.SetResult(head);
            await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", upstream.Port))), fastPath: fastPath);
        await using var client = await front.RawAsync();
        for (var number = 0; number < 2; number++)
        {
            await client.SendAsync(Get("/", "Content-Type: text/plain\r\n"));
            Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
        }

        var head = await again.Task.WaitAsync(Stop);
        Assert.Contains("\r\nContent-Type: text/plain\r\n", head);
        Assert.DoesNotContain("Content-Length", head);
    }

    private static string Get(string target, string fields = "") => $"GET {target} HTTP/1.1\r\nHost: a.test\r\n{Traffic.Mark}{fields}\r\n";

    private static async Task<string> ReadFastHeadAsync(RawUpstreamConnection connection)
    {
        var head = await connection.ReadHeadAsync();
        Assert.Contains("aCCept:", head);
        return head;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task AssertQuietAsync(ProxyFront front, params string[] lines)
    {
        await Eventually.HoldsAsync(
            () => front.LastConnection!.RequestsInFlight == 0 && front.Log.Lines.Count >= lines.Length, "everything ends", Stop);
        Assert.Equal(lines, front.Log.Lines);
        Assert.Equal(0, front.Metrics.RequestsInFlight);
        Assert.Equal([new SnapshotInUse(1, 0, 0)], front.Live.InUse(TimeProvider.System));
    }

    private Task<ProxyFront> StartAsync(RawUpstream upstream) =>
        ProxyFront.StartAsync(TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", upstream.Port))), _time);
}
