using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class MaxConnectionsTests
{
    private readonly int[] _ports = FreePorts.Take(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_listeners_share_one_slot_without_starving_each_other()
    {
        await using var served = await ServedDataPlane.StartAsync(Config(1), Answer);

        for (var round = 0; round < 10; round++)
        {
            foreach (var port in _ports)
            {
                Assert.Contains("200 OK", await AskAsync(port), StringComparison.Ordinal);
            }
        }

        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => AskAsync(_ports[number % 2])));
        Assert.All(all, answer => Assert.Contains("200 OK", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task At_the_limit_connections_wait_and_none_is_dropped()
    {
        const int all = 24;
        var (running, most, began) = (0, 0, 0);
        using var mayEnd = new SemaphoreSlim(0);
        await using var served = await ServedDataPlane.StartAsync(Config(3), async context =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            Interlocked.Increment(ref began);
            await mayEnd.WaitAsync(context.RequestAborted);
            Interlocked.Decrement(ref running);
            await Answer(context);
        });

        var answers = Task.WhenAll(Enumerable.Range(0, all).Select(number => AskAsync(_ports[number % 2])));
        for (var ended = 0; ended < all; ended++)
        {
            // Each that ends lets one in.
            await Eventually.HoldsAsync(() => Volatile.Read(ref began) >= Math.Min(all, 3 + ended), "the next has come in", Cancelled);
            mayEnd.Release();
        }

        Assert.All(await answers, answer => Assert.Contains("200 OK", answer, StringComparison.Ordinal));
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_reload_lets_waiting_connections_in()
    {
        await using var served = await ServedDataPlane.StartAsync(Config(1), Answer);
        await using var holder = await TestClient.ConnectAsync(_ports[0], Cancelled);
        await holder.GetAsync(Cancelled);
        await holder.ReadAnswerAsync(Cancelled);
        var waiting = AskAsync(_ports[1]);

        // Only the reload can let it in: the slot is held by a connection that stays.
        served.Apply(Config(2));

        Assert.Contains("200 OK", await waiting, StringComparison.Ordinal);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private static async Task<string> AskAsync(int port)
    {
        await using var client = await TestClient.ConnectAsync(port, Cancelled);
        await client.SendAsync("GET / HTTP/1.0\r\nHost: site.test\r\n\r\n", Cancelled);
        return Encoding.ASCII.GetString(await client.ReadToEndAsync(Cancelled));
    }

    private static Task Answer(HttpContext context)
    {
        context.Response.ContentLength = 2;
        return context.Response.WriteAsync("ok");
    }

    private ProxyConfig Config(int limit) => ServedDataPlane.Config(
        [.. _ports.Select(port => ServedDataPlane.Listener(0, port))]) with
    { MaxConnections = limit };
}
