using System.Net.Sockets;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class CancellationTests
{
    private readonly CancellationTokenSource _giveUp = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task While_connecting()
    {
        using var client = new Http1Client(connect: async (_, cancellationToken) =>
        {
            _reached.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return Stream.Null;
        });

        await GivesUpAsync(client, client.SendUntilAsync(Http1Client.Request("GET", 80), _giveUp.Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task While_waiting_for_the_head(string part)
    {
        await using var upstream = Stuck(part);
        using var client = new Http1Client();

        await GivesUpAsync(client, client.SendUntilAsync(Http1Client.Request("GET", upstream.Port), _giveUp.Token));

        await _closed.Task;
    }

    [Fact]
    public async Task While_waiting_on_a_connection_used_before()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await connection.ReadHeadAsync();
            _reached.SetResult();
            await connection.ReadToEndAsync();
            _closed.SetResult();
        });
        using var client = new Http1Client();
        await client.GetAsync(upstream.Port);

        await GivesUpAsync(client, client.SendUntilAsync(Http1Client.Request("GET", upstream.Port), _giveUp.Token));

        await _closed.Task;
        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task While_uploading()
    {
        await using var upstream = Stuck("");
        using var client = new Http1Client();
        var content = new PushContent(async push =>
        {
            // Until the upstream, which reads nothing, takes no more.
            while (true)
            {
                await push(new string('x', 100_000));
            }
        });

        await GivesUpAsync(client, client.SendUntilAsync(Http1Client.Request("POST", upstream.Port, content: content), _giveUp.Token));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello")]
    public async Task While_reading_the_body(string part)
    {
        await using var upstream = Stuck(part);
        using var client = new Http1Client();
        var response = await client.SendAsync(Http1Client.Request("GET", upstream.Port));
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[10_000];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 5), TestContext.Current.CancellationToken);

        await GivesUpAsync(client, stream.ReadAsync(buffer, _giveUp.Token).AsTask());

        await _closed.Task;
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAgainAsync(stream));
    }

    [Fact]
    public async Task Cancelling_late_harms_nobody_else()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            while (true)
            {
                await connection.ReadHeadAsync();
                await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
            }
        });
        using var client = new Http1Client();

        for (var i = 0; i < 200; i++)
        {
            using var late = new CancellationTokenSource();
            var cancelling = client.SendUntilAsync(Http1Client.Request("GET", upstream.Port), late.Token);
            var cancel = Task.Run(late.Cancel, TestContext.Current.CancellationToken);
            try
            {
                await cancelling;
            }
            catch (OperationCanceledException)
            {
                // Either is right; what follows must work in any case.
            }

            Assert.Equal(204, (await client.GetAsync(upstream.Port)).Status);
            await cancel;
        }
    }

    private static async Task ReadAgainAsync(Stream stream)
    {
        try
        {
            Assert.Equal(-1, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        }
        catch (UpstreamException exception)
        {
            throw new IOException("As expected.", exception);
        }
    }

    private async Task GivesUpAsync(Http1Client client, Task task)
    {
        await _reached.Task;
        Assert.False(task.IsCompleted);
        await _giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await Eventually.HoldsAsync(() => client.Slots.Held == 0, "the connection is closed", TestContext.Current.CancellationToken);
    }

    private RawUpstream Stuck(string part) => new(async connection =>
    {
        await connection.ReadHeadAsync();
        await connection.WriteAsync(part);
        _reached.SetResult();
        await connection.ReadToEndAsync();
        _closed.SetResult();
    });
}
