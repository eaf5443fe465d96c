using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>What has taken proxies of this kind down and is held by no other page of tests; docs/operations/what-broke-others.md lists all.</summary>
public sealed partial class KnownIncidentTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_download_longer_than_the_idle_timeout_arrives_whole_and_only_then_is_its_connection_idle(string version)
    {
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            for (var piece = 0; piece < 15; piece++)
            {
                await context.Response.WriteAsync("x", Ct);
                await context.Response.Body.FlushAsync(Ct);
                await Task.Delay(TimeSpan.FromMilliseconds(200), Ct);
            }
        });
        await using var administered = await AdministeredProxy.StartAsync(Ct, change: config => config with
        {
            Top = "connection_idle_timeout_secs = 1",
            Listeners = [config.Listeners[0] with { Sites = [new SiteText(RunningProxy.Host, upstream.Address)] }],
        });
        using var client = administered.Proxy.Client(Version.Parse(version));

        using var response = await client.GetAsync("/", Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new string('x', 15), await response.Content.ReadAsStringAsync(Ct));
        await Eventually.HoldsAsync(
            async () => (await administered.AnswerAsync("status")).GetProperty("connections").GetInt32() == 0, "the connection has ended", Ct);
    }

    [Fact]
    public async Task Wildcards_allowed_on_the_command_line_are_allowed_at_every_reload()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(
            upstream,
            Ct,
            change: config => config with { Listeners = [config.Listeners[0] with { BindAddr = "0.0.0.0" }] },
            arguments: ["--allow-wildcard-bind"]);

        proxy.WriteConfig(proxy.Config with { Burst = 5 });

        Assert.Contains(" status=success trigger=sighup revision=2 ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_tells_which_file_runs_and_when_the_program_on_disk_is_another_one()
    {
        using var folder = new TempDirectory();
        var program = CopyProgram(folder.Path);
        await using var administered = await AdministeredProxy.StartAsync(Ct);
        Assert.Equal(0, await administered.Proxy.Process.StopAsync(Ct));
        await using var copy = ProxyProcess.StartCopy(program, ["--config", administered.Proxy.ConfigPath]);
        await copy.LineAsync("ADMIN_SOCKET status=bound", Ct);
        var status = await administered.AnswerAsync("status");
        var config = await File.ReadAllBytesAsync(administered.Proxy.ConfigPath, Ct);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(config)), status.GetProperty("config_sha256").GetString());
        Assert.False(status.GetProperty("binary_replaced").GetBoolean());

        File.Copy(folder["ActorProxy.Core.dll"], folder["next"]);
        File.Move(folder["next"], folder["ActorProxy.Core.dll"], overwrite: true);

        Assert.True((await administered.AnswerAsync("status")).GetProperty("binary_replaced").GetBoolean());
    }

    [Fact]
    public async Task A_log_that_is_truncated_under_the_proxy_has_no_hole()
    {
        using var logs = new TempDirectory();
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { Logging = $"log_file_path = \"{logs["proxy.log"]}\"" });
        using var client = proxy.Client();
        await client.GetStringAsync("/" + new string('a', 5_000), Ct);
        await LineAsync("path=/aaaa");

        await using (var file = new FileStream(logs["proxy.log"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(0);
        }

        await client.GetStringAsync("/after", Ct);
        await LineAsync("path=/after ");
        var bytes = await File.ReadAllBytesAsync(logs["proxy.log"], Ct);
        Assert.DoesNotContain((byte)0, bytes);
        Assert.InRange(bytes.Length, 1, 2_000);

        Task LineAsync(string text) => Eventually.HoldsAsync(
            async () => (await File.ReadAllTextAsync(logs["proxy.log"], Ct)).Contains(text, StringComparison.Ordinal), text, Ct);
    }

    [Fact]
    public async Task A_request_counts_as_in_flight_until_it_has_ended_and_a_stop_waits_for_it_alone()
    {
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            asked.SetResult();
            await release.Task;
        });
        await using var administered = await AdministeredProxy.StartAsync(
            Ct, change: config => config with { Listeners = [config.Listeners[0] with { Sites = [new SiteText(RunningProxy.Host, upstream.Address)] }] });
        using var client = administered.Proxy.Client();
        var answer = client.GetAsync("/", Ct);
        await asked.Task.WaitAsync(Ct);
        Assert.Contains("\\nactor_proxy_requests_in_flight 1\\n", await administered.AskAsync("metrics"), StringComparison.Ordinal);

        release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        await Eventually.HoldsAsync(
            async () => (await administered.AskAsync("metrics")).Contains("\\nactor_proxy_requests_in_flight 0\\n", StringComparison.Ordinal), "none in flight", Ct);
        var stopping = Stopwatch.GetTimestamp();
        Assert.Equal(0, await administered.Proxy.Process.StopAsync(Ct));
        Assert.InRange(Stopwatch.GetElapsedTime(stopping), TimeSpan.Zero, TimeSpan.FromSeconds(20));   // shutdown_timeout_secs is 30
    }

    [Fact]
    public async Task A_connect_timeout_above_that_of_any_library_is_kept()
    {
        using var hole = new BlackHole();
        await using var proxy = await RunningProxy.StartAsync(
            [new SiteText(RunningProxy.Host, $"127.0.0.1:{hole.Port}", "upstream_connect_timeout_secs = 8")], Ct);
        using var client = proxy.Client();
        var began = Stopwatch.GetTimestamp();

        using var response = await client.GetAsync("/", Ct);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(7.9), TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task The_page_of_incidents_names_tests_that_exist()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations", "what-broke-others.md"), Ct);
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        var named = TestName().Matches(page).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.True(named.Count > 50, $"only {named.Count} names");
        Assert.All(named, name => Assert.Matches($@"\b(class|Task|void) {name}\b", tests));
    }

    // Its own files; those of others are only linked.
    private static string CopyProgram(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(ProxyProcess.ProgramPath)!))
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith("actor-proxy", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ActorProxy.", StringComparison.Ordinal))
            {
                File.Copy(path, Path.Combine(folder, name));
            }
            else
            {
                File.CreateSymbolicLink(Path.Combine(folder, name), path);
            }
        }

        return Path.Combine(folder, Path.GetFileName(ProxyProcess.ProgramPath));
    }

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*(_[A-Za-z0-9_]+|Tests|Clients))`")]
    private static partial Regex TestName();
}
