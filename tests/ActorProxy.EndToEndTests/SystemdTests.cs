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
