using System.Net;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>What the client makes possible, seen by a client of the proxy: server, forwarder and clocks around it.</summary>
public sealed class ThroughTheProxyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task An_early_answer_reaches_the_client_while_it_uploads()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
            await connection.ReadUntilAsync("second");
            await connection.WriteAsync("3\r\nend\r\n0\r\n\r\n");
            await connection.ReadToEndAsync();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 11\r\n\r\nfirst");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await client.ReadUntilAsync("2\r\nok\r\n");
        await client.SendAsync("second");
        await client.ReadUntilAsync("3\r\nend\r\n0\r\n\r\n");

        await AssertOneLineAsync(front, "REQUEST a.test POST / 200 upstream");
    }

    [Fact]
    public async Task An_answer_that_ends_early_is_no_error_of_anybody()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno");
            await connection.ReadToEndAsync();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        Assert.StartsWith("HTTP/1.1 413 Too Much\r\n", await client.ReadUntilAsync("no"), StringComparison.Ordinal);

        await AssertOneLineAsync(front, "REQUEST a.test POST / 413 upstream");
        Assert.DoesNotContain(front.Log.Lines, line => line.StartsWith("UPSTREAM_ERROR", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OPTIONS * HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n")]
    [InlineData("GET //a/./%2e%2E/%7e?x=%zz HTTP/1.1\r\n", "GET //a/./%2e%2E/%7e?x=%zz HTTP/1.1\r\n")]
    public async Task The_target_arrives_byte_for_byte(string sent, string arrives)
    {
        var head = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            head.SetResult(await connection.ReadHeadAsync());
            await connection.WriteAsync(Ok);
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync(sent + "Host: a.test\r\n\r\n");

        Assert.StartsWith(arrives, await head.Task, StringComparison.Ordinal);
        Assert.EndsWith("ok", await client.ReadUntilAsync("ok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_chunk_arrives_before_the_next_is_sent()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (await connection.ReadUntilAsync("\r\n") != "0\r\n")
            {
                await connection.ReadUntilAsync("\r\n");
                await connection.WriteAsync("1\r\n.\r\n");
            }

            await connection.WriteAsync("0\r\n\r\n");
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.ReadHeadAsync();
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync("1\r\nx\r\n");
            await client.ReadUntilAsync("1\r\n.\r\n");
        }

        await client.SendAsync("0\r\n\r\n");
        await client.ReadUntilAsync("0\r\n\r\n");
    }

    [Fact]
    public async Task A_stale_connection_is_no_bad_gateway()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync(Ok);
            await connection.ReadHeadAsync();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        for (var i = 0; i < 4; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadUntilAsync("ok"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(front.Log.Lines, line => line.StartsWith("UPSTREAM_ERROR", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upstream_connections_are_bounded_over_both_versions()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
            await connection.ReadToEndAsync();
        });
        var http11 = TestRoutes.Site("a.test", upstream.Port) with { UpstreamConnectTimeoutSecs = 1 };
        var http2 = http11 with { Host = "b.test", UpstreamHttpVersion = ActorProxy.Core.Configuration.UpstreamHttpVersion.Http2 };
        await using var front = await ProxyFront.StartAsync(TestRoutes.Config(TestRoutes.Listener(http11, http2)) with { MaxConnections = 1 });
        await using var first = await front.RawAsync();
        await first.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await first.ReadUntilAsync("ok");

        foreach (var host in (string[])["a.test", "b.test"])
        {
            await using var second = await front.RawAsync();
            await second.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 504 Gateway Timeout\r\n", await second.ReadHeadAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(1, upstream.Accepted);
    }

    private static async Task AssertOneLineAsync(ProxyFront front, string expected)
    {
        await Eventually.HoldsAsync(
            () => front.Log.Lines.Any(line => line.StartsWith("REQUEST", StringComparison.Ordinal)),
            "a REQUEST line",
            TestContext.Current.CancellationToken);
        var line = Assert.Single(front.Log.Lines, line => line.StartsWith("REQUEST", StringComparison.Ordinal));
        Assert.StartsWith(expected, line, StringComparison.Ordinal);
    }
}
