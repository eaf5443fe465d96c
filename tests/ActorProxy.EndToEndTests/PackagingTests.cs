using System.Globalization;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>What is installed beside the program, tried with the programs that read it.</summary>
public sealed class PackagingTests
{
    private static readonly string Packaging = Path.Combine(Repository.Root, "src", "packaging");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fail2ban_bans_the_client_and_no_forged_one_on_lines_that_the_proxy_wrote()
    {
        Requires.Program("fail2ban-regex");
        using var logs = new TempDirectory();
        await using var upstream = await TestUpstream.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/secret" ? 403 : 200;
            return Task.CompletedTask;
        });
        await using var proxy = await RunningProxy.StartAsync(
            upstream, Ct, change: config => config with { Logging = $"log_file_path = \"{logs["proxy.log"]}\"", RequestsPerSecond = 1, Burst = 8 });
        await using var stream = await proxy.ConnectTlsAsync(Ct);
        foreach (var target in new[] { "/secret", "/.env", "/wp-login.php", "/\"client_ip=9.9.9.9\"status=403", "/a%0aWARN%20RATE_LIMIT%20client_ip=9.9.9.9" })
        {
            await RawHttp.SendAsync(stream, $"GET {target} HTTP/1.1\r\nHost: site.test\r\nX: status=403 client_ip=9.9.9.9\r\n\r\n", Ct);
            await RawHttp.ReadAsync(stream, Ct);
        }

        for (var i = 0; i < 8; i++)
        {
            await RawHttp.SendAsync(stream, "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n", Ct);
            await RawHttp.ReadAsync(stream, Ct);
        }

        await proxy.Process.LineAsync(" RATE_LIMIT ", Ct);
        await proxy.Process.StopAsync(Ct);
        Assert.Equal(1, await MatchesAsync(logs["proxy.log"], "actor-proxy-denied"));
        Assert.Equal(2, await MatchesAsync(logs["proxy.log"], "actor-proxy-bad-paths"));
        Assert.InRange(await MatchesAsync(logs["proxy.log"], "actor-proxy-rate-limit"), 1, 8);
    }

    [Fact]
    public async Task Logrotate_renames_and_the_signal_reopens()
    {
        Requires.Program("logrotate");
        using var logs = new TempDirectory();
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { Logging = $"log_file_path = \"{logs["proxy.log"]}\"" });
        using var client = proxy.Client();
        await client.GetStringAsync("/one", Ct);
        await Eventually.HoldsAsync(() => File.ReadAllText(logs["proxy.log"]).Contains("path=/one ", StringComparison.Ordinal), "the first line", Ct);
        var shipped = await File.ReadAllTextAsync(Path.Combine(Packaging, "logrotate", "actor-proxy"), Ct);
        var rotation = logs.Write("rotation", shipped
            .Replace("/var/log/actor-proxy/*.log", logs["proxy.log"], StringComparison.Ordinal)
            .Replace("systemctl kill --kill-who=main --signal=USR1 actor-proxy.service 2>/dev/null || true", $"kill -USR1 {proxy.Process.Pid.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal));
        File.SetUnixFileMode(rotation, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var result = await ToolProcess.RunAsync("logrotate", ["-f", "-s", logs["state"], rotation], Ct);
        Assert.True(result.ExitCode == 0, result.Error);
        await Eventually.HoldsAsync(() => File.Exists(logs["proxy.log"]), "a new file", Ct);
        await client.GetStringAsync("/two", Ct);

        await Eventually.HoldsAsync(() => File.ReadAllText(logs["proxy.log"]).Contains("path=/two ", StringComparison.Ordinal), "the second line", Ct);
        Assert.Contains("path=/one ", await File.ReadAllTextAsync(logs["proxy.log.1"], Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_finds_the_unit_well_formed_and_hardened()
    {
        Requires.Program("systemd-analyze");
        var unit = Path.Combine(Packaging, "systemd", "actor-proxy.service");
        var security = await ToolProcess.RunAsync("systemd-analyze", ["security", "--offline=true", "--threshold=20", "--no-pager", unit], Ct);
        Assert.True(security.ExitCode == 0, security.Output);
        var verify = await ToolProcess.RunAsync("systemd-analyze", ["verify", unit], Ct);
        Assert.DoesNotContain(
            verify.Error.Split('\n'),
            line => line.Contains("actor-proxy.service", StringComparison.Ordinal) && !line.Contains("/usr/bin/actor-proxy is not executable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Promtool_finds_no_fault_with_the_metrics()
    {
        Requires.Program("promtool");
        await using var upstream = await TestUpstream.StartAsync("a");
        var health = FreePorts.Take(1)[0];
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { HealthPort = health });
        using var client = proxy.Client();
        await client.GetStringAsync("/", Ct);
        using var scraper = new HttpClient();
        var metrics = await scraper.GetStringAsync($"http://127.0.0.1:{health}/metrics", Ct);

        var result = await ToolProcess.RunAsync("promtool", ["check", "metrics"], Ct, metrics);

        Assert.True(result.ExitCode is 0 or 3, result.Error);   // 3: matters of style
        Assert.Contains("actor_proxy_requests_total{site=\"site.test\",code=\"2xx\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_configuration_is_valid_but_for_its_certificate()
    {
        using var folder = new TempDirectory();
        var sample = folder.Write("config.toml", await File.ReadAllTextAsync(Path.Combine(Packaging, "config.toml"), Ct));
        await using var process = ProxyProcess.Start(["--config", sample, "--validate"]);

        Assert.Equal(78, await process.ExitAsync(Ct));
        Assert.All(process.Lines.SkipLast(1), line => Assert.Matches("cert_path|key_path", line));
    }

    // How many lines the filter would count, and against whom.
    private static async Task<int> MatchesAsync(string log, string filter)
    {
        var result = await ToolProcess.RunAsync("fail2ban-regex", ["-o", "ip", log, Path.Combine(Packaging, "fail2ban", "filter.d", filter + ".conf")], Ct);
        var clients = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.All(clients, client => Assert.Equal("127.0.0.1", client));
        return clients.Length;
    }
}
