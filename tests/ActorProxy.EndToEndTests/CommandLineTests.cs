using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class CommandLineTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_and_version_exit_with_0()
    {
        Assert.Equal((0, true), await RunAsync("usage:", "--help"));
        Assert.Equal((0, true), await RunAsync("0.1.0", "--version"));
    }

    [Theory]
    [InlineData("--confi x", "unknown argument '--confi'")]
    [InlineData("--config", "--config needs a value")]
    [InlineData("--config a --config b", "--config was given twice")]
    [InlineData("demo --https-port 0", "--https-port needs a port")]
    [InlineData("demo --https-port 8080", "must differ")]
    [InlineData("stray", "unknown argument 'stray'")]
    public async Task A_wrong_line_exits_with_2_and_names_the_word(string line, string message) =>
        Assert.Equal((2, true), await RunAsync(message, line.Split(' ')));

    [Fact]
    public async Task A_missing_file_exits_with_78_and_names_it()
    {
        Assert.Equal((78, true), await RunAsync("/nowhere/config.toml", "--config", "/nowhere/config.toml"));
        Assert.Equal((78, true), await RunAsync("/nowhere/config.toml", "--config", "/nowhere/config.toml", "--validate"));
    }

    [Fact]
    public async Task Validate_prints_every_problem_with_its_place_and_their_number()
    {
        using var folder = new TempDirectory();
        var config = folder.Write("config.toml", "nonsense = 1\n[rate_limit]\nrequests_per_second = 0\nburst = 5\n[body]\nlimit_bytes = 1\n");
        await using var process = ProxyProcess.Start(["--config", config, "--validate"]);

        Assert.Equal(78, await process.ExitAsync(Ct));
        Assert.Contains(process.Lines, line => line.StartsWith($"{config}:1:1: ", StringComparison.Ordinal));
        Assert.Contains(process.Lines, line => line.StartsWith($"{config}:3:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_taken_port_exits_with_1_and_names_it()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);

        Assert.Equal((1, true), await RunAsync($"127.0.0.1:{proxy.HttpsPort}", "--config", proxy.ConfigPath));
    }

    private static async Task<(int ExitCode, bool Says)> RunAsync(string expected, params string[] arguments)
    {
        await using var process = ProxyProcess.Start(arguments);
        var code = await process.ExitAsync(Ct);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);   // no stack trace
        return (code, process.Output.Contains(expected, StringComparison.Ordinal));
    }
}
