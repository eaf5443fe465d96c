using System.Net;
using System.Text;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class UpgradeTests
{
    [Fact]
    public async Task A_101_becomes_a_tunnel_with_the_bytes_behind_its_head()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            Assert.Contains("Upgrade: anything/1\r\n", await connection.ReadHeadAsync(), StringComparison.Ordinal);
            await connection.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: anything/1\r\n\r\nfirst");
            Assert.Equal("ping", await connection.ReadAsync(4));
            await connection.WriteAsync("HTTP/1.1 pong");
        });
        using var client = new Http1Client();

        using var response = await client.SendAsync(Upgrade(upstream.Port));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        await using var tunnel = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.Equal("first", await ReadAsync(tunnel, 5));
        await tunnel.WriteAsync("ping"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 pong", await ReadAsync(tunnel, 13));
        Assert.Equal(0, await tunnel.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_tunnel_that_ends_gives_its_slot_back_and_closes()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: anything/1\r\n\r\n");
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        using var client = new Http1Client();

        var response = await client.SendAsync(Upgrade(upstream.Port));
        Assert.Equal(1, client.Slots.Held);
        (await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).Dispose();

        await ended.Task;
        Assert.Equal(0, client.Slots.Held);
    }

    [Fact]
    public async Task A_refused_upgrade_is_an_answer_like_any_other()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        using var client = new Http1Client();

        Assert.Equal("no", (await ReadAnswer.FromAsync(await client.SendAsync(Upgrade(upstream.Port)))).Body);
        Assert.Equal("ok", (await client.GetAsync(upstream.Port)).Body);
        Assert.Equal(1, upstream.Accepted);
    }

    private static HttpRequestMessage Upgrade(int port)
    {
        var request = Http1Client.Request("GET", port);
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "anything/1");
        return request;
    }

    private static async Task<string> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(bytes);
    }
}
