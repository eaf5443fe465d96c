using System.Globalization;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class HardeningTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Started_by_hand_it_closes_the_runtimes_diagnostic_port_and_leaves_none_of_its_files()
    {
        Requires.Root();
        using var temporary = new TempDirectory();
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(
            upstream, Ct, environment: new() { ["DOTNET_EnableDiagnostics"] = null, ["TMPDIR"] = temporary.Path });
        var process = $"/proc/{proxy.Process.Pid.ToString(CultureInfo.InvariantCulture)}";

        Assert.Contains("\0DOTNET_EnableDiagnostics=0\0", "\0" + await File.ReadAllTextAsync($"{process}/environ", Ct), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary.Path));
        Assert.DoesNotContain(temporary.Path, await File.ReadAllTextAsync($"{process}/net/unix", Ct), StringComparison.Ordinal);
        Assert.Equal("actor-proxy\n", await File.ReadAllTextAsync($"{process}/comm", Ct));
        Assert.Contains("NoNewPrivs:\t1\n", await File.ReadAllTextAsync($"{process}/status", Ct), StringComparison.Ordinal);
    }
}
