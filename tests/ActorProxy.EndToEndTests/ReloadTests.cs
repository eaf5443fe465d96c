using System.Diagnostics;
using System.Globalization;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class ReloadTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_reloads_under_load_lose_no_request_and_each_is_live_when_logged()
    {
        await using var a = await TestUpstream.StartAsync("a");
        await using var b = await TestUpstream.StartAsync("b");
        await using var proxy = await RunningProxy.StartAsync(a, Ct);
        using var loading = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var load = Enumerable.Range(0, 16).Select(_ => LoadAsync(proxy, loading.Token)).ToArray();
        using var client = proxy.Client();

        for (var revision = 2; revision <= 101; revision++)
        {
            var upstream = revision % 2 == 0 ? b : a;
            proxy.WriteConfig(WithUpstream(proxy.Config, upstream.Address));
            var line = await proxy.ReloadAsync(Ct);
            Assert.Contains($"status=success trigger=sighup revision={revision.ToString(CultureInfo.InvariantCulture)} ", line, StringComparison.Ordinal);
            Assert.Equal(revision % 2 == 0 ? "b" : "a", await client.GetStringAsync("/", Ct));
        }

        await loading.CancelAsync();
        var answered = await Task.WhenAll(load);
        Assert.True(answered.Sum() > 1000, $"only {answered.Sum()} requests were sent");
    }

    [Fact]
    public async Task A_second_listener_comes_and_goes_and_a_kept_alive_connection_sees_nothing_of_it()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        var port = FreePorts.Take(1)[0];
        var one = proxy.Config;
        var two = one with { Listeners = [.. one.Listeners, new ListenerText(port, proxy.CertPath, proxy.KeyPath)] };
        await using var kept = await proxy.ConnectTlsAsync(Ct);
        using var second = proxy.Client(port: port);

        for (var round = 0; round < 10; round++)
        {
            proxy.WriteConfig(two);
            Assert.Contains("status=success", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
            Assert.Equal("a", await second.GetStringAsync("/", Ct));
            await RawHttp.GetAsync(kept, RunningProxy.Host, "/", Ct);

            proxy.WriteConfig(one);
            Assert.Contains("status=success", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
            await RawHttp.GetAsync(kept, RunningProxy.Host, "/", Ct);
        }
    }

    [Fact]
    public async Task A_taken_port_refuses_the_reload_and_changes_nothing()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var other = await TestUpstream.StartAsync("b");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var client = proxy.Client();

        proxy.WriteConfig(WithUpstream(proxy.Config, other.Address) with
        {
            Listeners = [.. WithUpstream(proxy.Config, other.Address).Listeners, new ListenerText(other.Port, proxy.CertPath, proxy.KeyPath)],
        });

        Assert.Contains("status=failed", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("a", await client.GetStringAsync("/", Ct));
        Assert.Contains(" revision=1", await proxy.Process.LineAsync(" REQUEST ", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_certificate_under_an_unchanged_file_is_a_change()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        await using var before = await proxy.ConnectTlsAsync(Ct);

        proxy.RenewCertificate();
        Assert.Contains("status=success trigger=sighup revision=2 ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);

        await using var after = await proxy.ConnectTlsAsync(Ct);
        Assert.NotEqual(before.RemoteCertificate!.GetCertHashString(), after.RemoteCertificate!.GetCertHashString());
        Assert.Equal("a", await RawHttp.GetAsync(before, RunningProxy.Host, "/", Ct));
    }

    [Fact]
    public async Task A_start_with_the_signal_ignored_does_not_keep_reloads_away()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        await proxy.Process.StopAsync(Ct);
        await using var again = ProxyProcess.StartIgnoringHangup(["--config", proxy.ConfigPath]);
        await again.LineAsync(" READY ", Ct);

        again.Signal(ProxyProcess.Hangup);

        await again.LineAsync(" CONFIG_RELOAD status=success ", Ct);
    }

    [Fact]
    public async Task Wrk_sees_no_failed_request_over_reloads()
    {
        Requires.Program("wrk");
        await using var a = await TestUpstream.StartAsync("a");
        await using var b = await TestUpstream.StartAsync("b");
        await using var proxy = await RunningProxy.StartAsync(a, Ct);
        using var wrk = Process.Start(new ProcessStartInfo(
            "wrk", ["-t1", "-c64", "-d5s", "-H", $"Host: {RunningProxy.Host}", $"https://127.0.0.1:{proxy.HttpsPort}/"])
        { RedirectStandardOutput = true })!;
        var output = wrk.StandardOutput.ReadToEndAsync(Ct);

        for (var round = 0; !wrk.HasExited; round++)
        {
            proxy.WriteConfig(WithUpstream(proxy.Config, (round % 2 == 0 ? b : a).Address));
            Assert.Contains("status=success", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        }

        var report = await output;
        Assert.DoesNotContain("Non-2xx", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Socket errors", report, StringComparison.Ordinal);
        Assert.Contains("requests in", report, StringComparison.Ordinal);
    }

    private static ProxyConfigText WithUpstream(ProxyConfigText config, string address) =>
        config with { Listeners = [config.Listeners[0] with { Sites = [new SiteText(RunningProxy.Host, address)] }] };

    private static async Task<int> LoadAsync(RunningProxy proxy, CancellationToken stop)
    {
        using var client = proxy.Client();
        var answered = 0;
        while (!stop.IsCancellationRequested)
        {
            var text = await client.GetStringAsync("/", Ct);
            Assert.True(text is "a" or "b", text);
            answered++;
        }

        return answered;
    }
}
