using System.Net;
using System.Net.Sockets;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class StopTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_request_in_flight_ends_well_and_no_new_connection_is_taken(string version)
    {
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            asked.SetResult();
            await release.Task;
            await context.Response.WriteAsync("whole");
        });
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var client = proxy.Client(Version.Parse(version));
        var answer = client.GetStringAsync("/", Ct);
        await asked.Task.WaitAsync(Ct);

        proxy.Process.Signal(ProxyProcess.Terminate);
        await Eventually.HoldsAsync(() => IsRefusedAsync(proxy.HttpsPort), "connections are refused", Ct);
        release.SetResult();

        Assert.Equal("whole", await answer);
        Assert.Equal(0, await proxy.Process.ExitAsync(Ct));
    }

    [Fact]
    public async Task An_idle_proxy_with_idle_connections_stops_at_once_with_0()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        await using var idle = await proxy.ConnectTlsAsync(Ct);
        await RawHttp.GetAsync(idle, RunningProxy.Host, "/", Ct);

        Assert.Equal(0, await proxy.Process.StopAsync(Ct));
        Assert.Equal("", await RawHttp.ReadToEndAsync(idle, Ct));
    }

    [Fact]
    public async Task A_request_that_does_not_end_is_closed_after_the_timeout()
    {
        var asked = new TaskCompletionSource();
        await using var upstream = await TestUpstream.StartAsync(context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { Top = "shutdown_timeout_secs = 1" });
        using var client = proxy.Client();
        var answer = client.GetAsync("/", Ct);
        await asked.Task.WaitAsync(Ct);

        Assert.Equal(0, await proxy.Process.StopAsync(Ct));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
    }

    [Fact]
    public async Task A_second_signal_stops_at_once_with_1()
    {
        var asked = new TaskCompletionSource();
        await using var upstream = await TestUpstream.StartAsync(context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var client = proxy.Client();
        var answer = client.GetAsync("/", Ct);
        await asked.Task.WaitAsync(Ct);

        proxy.Process.Signal(ProxyProcess.Terminate);
        await proxy.Process.LineAsync(" STOPPING ", Ct);
        proxy.Process.Signal(ProxyProcess.Terminate);

        Assert.Equal(1, await proxy.Process.ExitAsync(Ct));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
    }

    [Fact]
    public async Task Readiness_says_draining_until_the_end()
    {
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            asked.SetResult();
            await release.Task;
        });
        var health = FreePorts.Take(1)[0];
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { HealthPort = health });
        using var client = proxy.Client();
        using var probe = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{health}") };
        Assert.Contains("\"status\":\"ready\"", await probe.GetStringAsync("/health/ready", Ct), StringComparison.Ordinal);
        var answer = client.GetAsync("/", Ct);
        await asked.Task.WaitAsync(Ct);

        proxy.Process.Signal(ProxyProcess.Terminate);
        await proxy.Process.LineAsync(" STOPPING ", Ct);
        using var draining = await probe.GetAsync("/health/ready", Ct);
        release.SetResult();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, draining.StatusCode);
        Assert.Contains("\"status\":\"draining\"", await draining.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Equal(0, await proxy.Process.ExitAsync(Ct));
    }

    private static async Task<bool> IsRefusedAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, Ct);
            return false;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
