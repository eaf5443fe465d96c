using System.Diagnostics;
using System.Text;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>The machine takes away what the proxy has: files, folders, room on the disk, who reads its output.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_vanish_refuse_the_reload_and_change_nothing_that_runs()
    {
        await using var administered = await AdministeredProxy.StartAsync(Ct);
        var proxy = administered.Proxy;
        await using var clients = await SteadyClients.StartAsync(proxy);

        File.Delete(proxy.CertPath);
        proxy.WriteConfig(proxy.Config with { Burst = 999_999 });
        Assert.Contains(" status=failed ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        await AssertRunsAsync(revision: 1);

        proxy.RenewCertificate();
        Assert.Contains(" status=success ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        await AssertRunsAsync(revision: 2);

        var removed = Stopwatch.GetTimestamp();
        File.Move(proxy.ConfigPath, proxy.ConfigPath + ".away");
        await DriftsAsync("\"drift\":[\"file_missing\"]");
        output.WriteLine($"file_missing after {Stopwatch.GetElapsedTime(removed).TotalMilliseconds:0} ms");
        Assert.Contains(" status=failed ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        await AssertRunsAsync(revision: 2);

        File.Move(proxy.ConfigPath + ".away", proxy.ConfigPath);
        await DriftsAsync("\"drift\":[]");
        Assert.Contains(" status=success ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        await clients.AssertUndisturbedAsync();

        async Task AssertRunsAsync(int revision)
        {
            Assert.Equal(revision, (await administered.AnswerAsync("status")).GetProperty("revision").GetInt32());
            using var newcomer = proxy.Client();
            Assert.Equal("a", await newcomer.GetStringAsync("/", Ct));
        }

        Task DriftsAsync(string drift) => Eventually.HoldsAsync(
            async () => (await administered.AskAsync("status")).Contains(drift, StringComparison.Ordinal), drift, Ct);
    }

    [Fact]
    public async Task A_log_folder_that_vanishes_costs_its_lines_and_no_request()
    {
        using var folder = new TempDirectory();
        var logs = Directory.CreateDirectory(folder["logs"]);
        var file = Path.Combine(logs.FullName, "proxy.log");
        await using var administered = await AdministeredProxy.StartAsync(Ct, change: config => config with { Logging = $"log_file_path = \"{file}\"" });
        await using var clients = await SteadyClients.StartAsync(administered.Proxy);

        logs.Delete(recursive: true);
        Assert.Equal("ok", (await administered.AnswerAsync("log-reopen")).GetProperty("status").GetString());
        await administered.Proxy.Process.LineAsync(" ERROR LOG_REOPEN status=failed ", Ct);
        var lines = administered.Proxy.Process.Count(" REQUEST ");
        await administered.Proxy.Process.LineAsync(" REQUEST ", Ct, lines + 10);

        logs.Create();
        await administered.AnswerAsync("log-reopen");
        await Eventually.HoldsAsync(() => File.Exists(file) && File.ReadAllText(file).Contains(" REQUEST ", StringComparison.Ordinal), "lines in the new file", Ct);
        await clients.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task A_full_disk_costs_the_lines_which_are_counted_and_no_request()
    {
        await using var administered = await AdministeredProxy.StartAsync(Ct, change: config => config with { Logging = "log_file_path = \"/dev/full\"" });
        await using var clients = await SteadyClients.StartAsync(administered.Proxy);

        await administered.Proxy.Process.LineAsync(" WARN LOG_LINES_DROPPED destination=file ", Ct);
        await Eventually.HoldsAsync(async () => await DroppedAsync(administered.Socket) > 20, "dropped lines are exported", Ct);

        await clients.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task A_standard_output_that_nobody_reads_costs_the_lines_which_are_counted_and_no_request()
    {
        using var folder = new TempDirectory();
        await ToolProcess.RunAsync("mkfifo", [folder["stdout"]], Ct);
        await using var stdout = new FileStream(folder["stdout"], FileMode.Open, FileAccess.ReadWrite);
        await using var administered = await AdministeredProxy.StartAsync(Ct, stdout: folder["stdout"]);
        await ReadUntilAsync(stdout, " ADMIN_SOCKET status=bound ", " READY ");
        using var client = administered.Proxy.Client();

        // What is buffered on the way, 64 KiB by the kernel and two MiB by the proxy, is filled with long paths.
        var path = "/" + new string('a', 7_000);
        for (var i = 0; i < 400; i++)
        {
            Assert.Equal("a", await client.GetStringAsync(path, Ct));
        }

        Assert.InRange(await DroppedAsync(administered.Socket), 1, 400);
        await ReadUntilAsync(stdout, " WARN LOG_LINES_DROPPED destination=stdout ");
    }

    private static async Task ReadUntilAsync(Stream stdout, params string[] texts)
    {
        var read = new StringBuilder();
        var buffer = new byte[1 << 16];
        while (!texts.All(text => read.ToString().Contains(text, StringComparison.Ordinal)))
        {
            read.Append(Encoding.UTF8.GetString(buffer, 0, await stdout.ReadAsync(buffer, Ct)));
        }
    }

    private static async Task<long> DroppedAsync(string socket)
    {
        var metrics = await AdminClient.AskAsync(socket, "metrics", Ct);
        const string Name = "\\nactor_proxy_log_lines_dropped_total ";
        var from = metrics.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        return long.Parse(metrics.AsSpan(from, metrics.AsSpan(from).IndexOf('\\')), provider: null);
    }
}
