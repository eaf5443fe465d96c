using System.Diagnostics;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class ListenerFailureTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_whose_server_is_killed_is_bound_again_and_nobody_else_notices()
    {
        Requires.Root();
        var ports = FreePorts.Take(2);
        await using var administered = await AdministeredProxy.StartAsync(Ct, change: config => config with
        {
            HealthPort = ports[0],
            Listeners = [.. config.Listeners, config.Listeners[0] with { HttpsPort = ports[1], HttpPort = 0, Sites = [new SiteText("other.test", "127.0.0.1:1")] }],
        });
        var proxy = administered.Proxy;
        await using var onTheKilled = await SteadyClients.StartAsync(proxy);
        await using var onTheOther = await SteadyClients.StartAsync(proxy, port: ports[1]);
        using var probe = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };

        using (await KillAsync(proxy))
        {
            await Eventually.HoldsAsync(
                async () => (await probe.GetStringAsync("/health/ready", Ct)).Contains("\"listeners\":\"degraded\"", StringComparison.Ordinal), "degraded", Ct);
            // Somebody else has the address now: it is tried again and again, less and less often.
            await proxy.Process.LineAsync($" LISTENER_REFUSED address=127.0.0.1:{proxy.HttpsPort} ", Ct, atLeast: 2);
        }

        var released = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(
            async () => (await probe.GetStringAsync("/health/ready", Ct)).Contains("\"status\":\"ready\"", StringComparison.Ordinal), "ready", Ct);
        output.WriteLine($"bound again {Stopwatch.GetElapsedTime(released).TotalMilliseconds:0} ms after its address was free");
        using var newcomer = proxy.Client();
        Assert.Equal("a", await newcomer.GetStringAsync("/", Ct));
        await onTheOther.AssertUndisturbedAsync();
        await onTheKilled.AssertUndisturbedAsync();
    }

    // Its accept fails for good; the address is taken here before the proxy, which waits 100 ms, can bind it again.
    private static async Task<ForeignListener> KillAsync(RunningProxy proxy)
    {
        for (var killed = 1; ; killed++)
        {
            var socket = ForeignListener.Of(proxy.Process.Pid, proxy.HttpsPort);
            socket.ShutDown();
            await proxy.Process.LineAsync($" LISTENER_FAILED listener=127.0.0.1:{proxy.HttpsPort} ", Ct, killed);
            if (socket.TryHold())
            {
                return socket;
            }

            socket.Dispose();
            await proxy.Process.LineAsync($" LISTENER_OPEN address=127.0.0.1:{proxy.HttpsPort}", Ct, killed + 1);
        }
    }
}
