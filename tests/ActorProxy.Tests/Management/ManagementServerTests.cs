using System.Globalization;
using System.Net;
using ActorProxy.Management;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.Management;

public sealed class ManagementServerTests
{
    private const int LargeAnswer = 64 << 20;
    private const string Held = "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static readonly TimeSpan AlmostOver = TimeSpan.FromSeconds(4.9);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _held;
    private int _open;
    private int _mostOpen;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_ended_five_seconds_after_its_last_answer()
    {
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);
        for (var i = 0; i < 3; i++)
        {
            Assert.StartsWith("HTTP/1.1 200 ", await client.RequestAsync("GET", "/", Cancelled), StringComparison.Ordinal);
            _time.Advance(AlmostOver);
        }

        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(0, await client.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task A_connection_that_never_asks_is_ended()
    {
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);

        await AdvanceUntilEndedAsync(client);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n")]
    [InlineData("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n")]
    public async Task A_request_that_drips_is_ended_however_often_a_byte_comes(string begun)
    {
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);
        await client.SendAsync(begun, Cancelled);

        var end = client.ReadToEndAsync(Cancelled);
        await Eventually.HoldsAsync(
            async () =>
            {
                await DripAsync(client);
                _time.Advance(TimeSpan.FromSeconds(1));
                return end.IsCompleted;
            },
            "it is ended",
            Cancelled);

        Assert.InRange(await end, 0, 200);
    }

    [Fact]
    public async Task An_answer_that_is_not_taken_is_cut()
    {
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled, receiveBuffer: 4096);
        await client.SendAsync("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n", Cancelled);
        await Eventually.HoldsAsync(() => client.Available > 0, "the answer began", Cancelled);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.InRange(await client.ReadToEndAsync(Cancelled), 1, LargeAnswer - 1);
    }

    [Fact]
    public async Task The_oldest_idle_connection_makes_room_for_the_65th()
    {
        await using var server = await StartAsync();
        var clients = new List<ManagementClient>();
        for (var i = 0; i < 64; i++)
        {
            clients.Add(await ManagementClient.ConnectAsync(server.EndPoint, Cancelled));
            await clients[i].RequestAsync("GET", "/", Cancelled);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        await clients[0].RequestAsync("GET", "/", Cancelled);
        using var late = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);

        Assert.StartsWith("HTTP/1.1 200 ", await late.RequestAsync("GET", "/", Cancelled), StringComparison.Ordinal);
        Assert.Equal(0, await clients[1].ReadToEndAsync(Cancelled));
        foreach (var client in clients.Where((_, i) => i != 1))
        {
            Assert.StartsWith("HTTP/1.1 200 ", await client.RequestAsync("GET", "/", Cancelled), StringComparison.Ordinal);
        }

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task When_all_64_are_busy_the_next_waits_for_one_to_end()
    {
        await using var server = await StartAsync();
        var clients = new List<ManagementClient>();
        for (var i = 0; i < 64; i++)
        {
            clients.Add(await ManagementClient.ConnectAsync(server.EndPoint, Cancelled));
            await clients[i].SendAsync(Held, Cancelled);
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref _held) == 64, "64 requests are held", Cancelled);
        var late = new List<ManagementClient>();
        for (var i = 0; i < 16; i++)
        {
            late.Add(await ManagementClient.ConnectAsync(server.EndPoint, Cancelled));
            await late[i].SendAsync(Held, Cancelled);
            clients[i].Dispose();
            await Eventually.HoldsAsync(() => Volatile.Read(ref _held) == 65 + i, "the next is served", Cancelled);
        }

        // Of so many one at least would have been served before another's end, had it not waited.
        Assert.Equal(64, _mostOpen);
        _release.SetResult();
        foreach (var client in late)
        {
            Assert.StartsWith("HTTP/1.1 200 ", await client.ReceiveAsync(Cancelled), StringComparison.Ordinal);
        }

        clients.Concat(late).ToList().ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task The_port_is_free_again_when_it_has_stopped_and_a_taken_one_is_named()
    {
        var server = await StartAsync();
        var port = ((IPEndPoint)server.EndPoint).Port;
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);
        await client.RequestAsync("GET", "/", Cancelled);

        var refused = Assert.IsType<LoopbackPortResult.Refused>(LoopbackPort.Bind(port));
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"health_check_port: port {port} on 127.0.0.1 is taken; choose another one, or 0 for none"),
            refused.Reason);

        // The server closes first, so the kernel keeps the connection in TIME_WAIT.
        await server.DisposeAsync();
        Assert.Equal(0, await client.ReadToEndAsync(Cancelled));
        Assert.IsType<LoopbackPortResult.Bound>(LoopbackPort.Bind(port)).Socket.Dispose();
    }

    private static async Task DripAsync(ManagementClient client)
    {
        try
        {
            await client.SendAsync("x", Cancelled);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Ended meanwhile: what the test waits for.
            await Task.CompletedTask;
        }
    }

    private async Task AdvanceUntilEndedAsync(ManagementClient client)
    {
        var end = client.ReadToEndAsync(Cancelled);
        await Eventually.HoldsAsync(
            () =>
            {
                // Until it was accepted its clock does not run.
                _time.Advance(TimeSpan.FromSeconds(1));
                return end.IsCompleted;
            },
            "the connection is ended",
            Cancelled);
        Assert.Equal(0, await end);
    }

    private async Task<ManagementServer> StartAsync()
    {
        var socket = Assert.IsType<LoopbackPortResult.Bound>(LoopbackPort.Bind(0)).Socket;
        var server = new ManagementServer(socket, AnswerAsync, _time, NullLoggerFactory.Instance);
        await server.StartAsync(Cancelled);
        return server;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/held")
        {
            CountOpen(context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed);
            Interlocked.Increment(ref _held);
            await _release.Task.WaitAsync(context.RequestAborted);
        }

        if (context.Request.Path == "/body")
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }

        var length = context.Request.Path == "/large" ? LargeAnswer : 0;
        context.Response.ContentLength = length;
        await context.Response.BodyWriter.WriteAsync(new byte[length], context.RequestAborted);
    }

    // What was registered last is called first: a connection is counted out before the server lets its successor in.
    private void CountOpen(CancellationToken closed)
    {
        lock (_gate)
        {
            _mostOpen = Math.Max(_mostOpen, ++_open);
        }

        closed.Register(() =>
        {
            lock (_gate)
            {
                _open--;
            }
        });
    }
}
