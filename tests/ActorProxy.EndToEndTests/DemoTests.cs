using System.Text.Json;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class DemoTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_needs_nothing_answers_over_tls_and_cleans_up()
    {
        Requires.Program("curl");
        var ports = FreePorts.Take(3);
        await using var demo = Start(ports);
        await demo.LineAsync(" READY ", Ct);
        var config = (await demo.LineAsync("config.toml", Ct)).Split(' ').Single(word => word.EndsWith("config.toml", StringComparison.Ordinal));

        var answer = await ToolProcess.RunAsync("curl", ["-sk", "-X", "PUT", $"https://localhost:{ports[0]}/a?b", "-H", "x-test: 1"], Ct);
        using var json = JsonDocument.Parse(answer.Output);
        Assert.Equal("PUT", json.RootElement.GetProperty("method").GetString());
        Assert.Equal("/a?b", json.RootElement.GetProperty("path").GetString());
        Assert.Equal("1", json.RootElement.GetProperty("headers").GetProperty("x-test").GetString());

        var events = await ToolProcess.RunAsync("curl", ["-skN", "--max-time", "2", $"https://localhost:{ports[0]}/stream"], Ct);
        Assert.StartsWith("id: 0\ndata: event 0\n\n", events.Output, StringComparison.Ordinal);
        var redirect = await ToolProcess.RunAsync("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", $"http://localhost:{ports[1]}/a"], Ct);
        Assert.Equal($"301 https://localhost:{ports[0]}/a", redirect.Output);
        Assert.Equal("200", (await ToolProcess.RunAsync("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", $"http://127.0.0.1:{ports[2]}/health"], Ct)).Output);

        Assert.Equal(0, await demo.StopAsync(Ct));
        Assert.False(File.Exists(config));
    }

    [Fact]
    public async Task A_busy_port_names_the_option_that_changes_it()
    {
        await using var busy = await TestUpstream.StartAsync("a");
        var ports = FreePorts.Take(2);
        await using var demo = Start([busy.Port, .. ports]);

        Assert.Equal(1, await demo.ExitAsync(Ct));
        Assert.Contains("--https-port", demo.Output, StringComparison.Ordinal);
    }

    private static ProxyProcess Start(int[] ports) =>
        ProxyProcess.Start(["demo", "--https-port", $"{ports[0]}", "--http-port", $"{ports[1]}", "--health-port", $"{ports[2]}"]);
}
