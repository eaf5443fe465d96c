using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class SystemdTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_manager_is_told_of_start_reload_life_and_stop()
    {
        using var folder = new TempDirectory();
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, environment: new() { ["NOTIFY_SOCKET"] = folder["notify"] });

        await UntilAsync(manager, "READY=1");
        await UntilAsync(manager, "WATCHDOG=1");
        proxy.WriteConfig(proxy.Config with { Burst = 5 });
        await proxy.ReloadAsync(Ct);
        Assert.Matches(@"^RELOADING=1\nMONOTONIC_USEC=\d{6,}$", await UntilAsync(manager, "RELOADING=1"));
        await UntilAsync(manager, "READY=1");
        proxy.Process.Signal(ProxyProcess.Terminate);
        await UntilAsync(manager, "STOPPING=1");
        Assert.Equal(0, await proxy.Process.ExitAsync(Ct));
    }

    [Fact]
    public async Task The_watchdog_hears_nothing_while_an_actor_hangs_and_nothing_while_the_supervisor_does()
    {
        await Task.WhenAll(PausesAsync("config"), PausesAsync("supervisor"));

        static async Task PausesAsync(string actor)
        {
            using var folder = new TempDirectory();
            using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            manager.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
            await using var administered = await AdministeredProxy.StartAsync(Ct, environment: new() { ["NOTIFY_SOCKET"] = folder["notify"] });
            await UntilAsync(manager, "WATCHDOG=1");
            Assert.Equal("{\"status\":\"ok\"}", await administered.AskAsync($"debug hang {actor} 7"));

            // A pulse a second; none from the third second of the silence to the seventh.
            var longest = TimeSpan.Zero;
            while (longest < TimeSpan.FromSeconds(3))
            {
                var heard = Stopwatch.GetTimestamp();
                await UntilAsync(manager, "WATCHDOG=1");
                longest = Stopwatch.GetElapsedTime(heard);
            }

            Assert.InRange(longest, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15));
        }
    }

    private static async Task<string> UntilAsync(Socket manager, string beginning)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        while (true)
        {
            var message = Encoding.UTF8.GetString(buffer, 0, await manager.ReceiveAsync(buffer, deadline.Token));
            if (message.StartsWith(beginning, StringComparison.Ordinal))
            {
                return message;
            }
        }
    }
}
