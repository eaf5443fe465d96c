using System.Net;
using System.Net.WebSockets;
using System.Text;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

public sealed class UpgradeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", HttpProtocols.Http1)]
    [InlineData("2.0", HttpProtocols.Http1)]
    [InlineData("1.1", HttpProtocols.Http2)]
    [InlineData("2.0", HttpProtocols.Http2)]
    public async Task A_websocket_passes_over_either_version_on_either_side(string version, HttpProtocols protocols)
    {
        await using var upstream = await AppUpstream.StartAsync(EchoAsync, protocols);
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port).Speaking(protocols));
        using var client = front.Client();
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol("chat");

        await socket.ConnectAsync(new Uri("wss://a.test/ws"), client, Stop);

        Assert.Equal("chat", socket.SubProtocol);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Stop);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Stop);
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Stop);
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(version == "1.1" ? "REQUEST a.test GET /ws 101 upstream" : "REQUEST a.test CONNECT /ws 200 upstream", front.Log.Requests[0]);
    }

    [Fact]
    public async Task Any_other_upgrade_passes_with_a_first_frame_that_came_with_the_request()
    {
        var head = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            head.SetResult(await connection.ReadHeadAsync());
            await connection.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\nhi");
            await connection.WriteAsync("got " + await connection.ReadAsync(5));
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync(
            "GET /up HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, Upgrade, HTTP2-Settings\r\nUpgrade: h2c, chat/2\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\nfirst");

        var answer = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", answer);
        Assert.Contains("Upgrade: chat/2\r\n", answer);
        Assert.Equal("higot first", await client.ReadToEndAsync());
        Assert.Contains("\r\nUpgrade: chat/2\r\n", await head.Task);
        Assert.Contains("\r\nConnection: Upgrade\r\n", await head.Task);
        Assert.DoesNotContain("HTTP2-Settings", await head.Task);
    }

    [Fact]
    public async Task An_upgrade_that_is_answered_otherwise_stays_http_and_what_followed_reaches_nobody()
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            seen.SetResult((await connection.ReadToEndAsync()).Text);
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using (var client = await front.RawAsync())
        {
            await client.SendAsync(
                "GET /up HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n");

            var answer = await client.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 403 ", answer);
            Assert.EndsWith("\r\n\r\nno", answer);
        }

        await front.DisposeAsync();
        Assert.Equal("", await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_silent_tunnel_ends_and_either_direction_keeps_it()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
            await connection.ReadToEndAsync();
        });
        await using var front = await ProxyFront.StartAsync(
            TestRoutes.Site("a.test", upstream.Port) with { UpstreamStreamIdleTimeoutSecs = 1 });
        await using var client = await front.RawAsync();
        await client.SendAsync("GET /up HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await client.ReadHeadAsync();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));

        for (var message = 0; message < 10; message++)
        {
            await pace.WaitForNextTickAsync(Stop);
            await client.SendAsync("still here");
        }

        Assert.Empty(front.Log.Lines);
        Assert.Equal("", await client.ReadToEndAsync());
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("shutdown")]
    [InlineData("reset")]
    public async Task A_client_that_vanishes_from_a_tunnel_ends_the_upstreams_side(string way)
    {
        var ended = new TaskCompletionSource();
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        await client.SendAsync("GET /up HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await client.ReadHeadAsync();

        await client.VanishAsync(way);

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1, "a line", Stop);
    }

    [Fact]
    public async Task A_client_that_resets_the_stream_of_a_tunnel_ends_the_upstreams_side()
    {
        var (began, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var upstream = await AppUpstream.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync("chat");
            began.SetResult();
            try
            {
                await socket.ReceiveAsync(new byte[100], Stop);
            }
            catch (WebSocketException)
            {
                ended.SetResult();
            }
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        using var client = front.Client();
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol("chat");
        await socket.ConnectAsync(new Uri("wss://a.test/ws"), client, Stop);
        await began.Task;

        socket.Abort();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("chat");
        var buffer = new byte[100];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, Stop);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Stop);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, Stop);
        }
    }
}
