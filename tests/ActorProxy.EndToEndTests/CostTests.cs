using System.Diagnostics;
using System.Globalization;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>
/// What a request costs, in figures that do not depend on how fast the machine is. The bounds leave about a third of room over what was
/// measured; the tests run an unoptimized build, whose every waiting method allocates.
/// </summary>
public sealed class CostTests
{
    private const int Requests = 2000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--h1", 1600)]
    [InlineData("-m8", 4000)]
    public async Task A_request_allocates_no_more_than_it_did(string protocol, int bound)
    {
        Requires.Program("h2load");
        await using var upstream = await UpstreamAsync();
        await using var proxy = await StartAsync(upstream);
        await LoadAsync(proxy, protocol);
        var before = await AllocatedAsync(proxy);

        await LoadAsync(proxy, protocol);

        var each = (await AllocatedAsync(proxy) - before) / Requests;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each:F0} bytes a request");
        Assert.InRange(each, 100, bound);
    }

    [Fact]
    public async Task A_request_makes_no_more_system_calls_than_it_did()
    {
        Requires.Root();
        Requires.Program("h2load");
        Requires.Program("strace");
        await using var upstream = await UpstreamAsync();
        await using var proxy = await StartAsync(upstream);
        await LoadAsync(proxy, "--h1");
        var summary = proxy.Folder["strace"];
        using var strace = Process.Start("strace", ["-f", "-c", "-U", "name,calls", "-o", summary, "-p", $"{proxy.Process.Pid}"]);
        await Eventually.HoldsAsync(
            () => Task.FromResult(Tasks(proxy.Process.Pid).All(IsTraced)), () => "strace attached to every thread", Cancelled);

        await LoadAsync(proxy, "--h1");
        await ToolProcess.RunAsync("kill", ["-INT", $"{strace.Id}"], Cancelled);
        await strace.WaitForExitAsync(Cancelled);

        var calls = (await File.ReadAllLinesAsync(summary, Cancelled))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 2 && long.TryParse(words[1], out _))
            .ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture) / Requests);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', calls.OrderByDescending(call => call.Value).Take(8)));
        Assert.InRange(calls["sendto"] + calls.GetValueOrDefault("sendmsg"), 2, 2.2);
        Assert.InRange(calls["recvfrom"] + calls.GetValueOrDefault("recvmsg"), 2, 4.5);
        Assert.InRange(calls["total"], 4, 15);
    }

    private static Task<TestUpstream> UpstreamAsync() => TestUpstream.StartAsync(context =>
    {
        context.Response.ContentLength = 5;
        return context.Response.WriteAsync("hello");
    });

    private static Task<RunningProxy> StartAsync(TestUpstream upstream) => RunningProxy.StartAsync(
        upstream, Cancelled, change: config => config with { HealthPort = FreePorts.Take(1)[0] });

    private static async Task LoadAsync(RunningProxy proxy, string protocol)
    {
        var result = await ToolProcess.RunAsync(
            "h2load",
            ["-t1", "-c8", protocol, $"-n{Requests}", "--connect-to", $"127.0.0.1:{proxy.HttpsPort}", $"https://{RunningProxy.Host}/"],
            Cancelled);
        Assert.Contains($"{Requests} succeeded, 0 failed", result.Output, StringComparison.Ordinal);
    }

    private static async Task<double> AllocatedAsync(RunningProxy proxy)
    {
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri($"http://127.0.0.1:{proxy.Config.HealthPort}/metrics"), Cancelled);
        var line = metrics.Split('\n').Single(line => line.StartsWith("dotnet_gc_heap_allocated_bytes_total ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Tasks(int pid) => Directory.GetDirectories($"/proc/{pid}/task");

    private static bool IsTraced(string task) =>
        !File.ReadLines(Path.Combine(task, "status")).Contains("TracerPid:\t0", StringComparer.Ordinal);
}
