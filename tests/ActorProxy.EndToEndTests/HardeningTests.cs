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

    [Fact]
    public async Task It_loads_a_certificate_for_a_user_without_a_home_as_in_a_container()
    {
        OtherUser.Required();
        using var folder = new TempDirectory();
        using var certificate = TestCertificates.SelfSigned("site.test");
        var (cert, key) = certificate.WriteTo(folder);
        var config = new ProxyConfigText { Listeners = [new ListenerText(FreePorts.Take(1)[0], cert, key, [new SiteText("site.test", "127.0.0.1:1", "")])] };
        var path = folder.Write("config.toml", config.ToString());
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0x1ed);
        File.SetUnixFileMode(key, (UnixFileMode)0x1a4);

        var output = await new OtherUser(1654, 1654).RunAsync(
            "", Ct, "env", "-u", "HOME", ProxyProcess.ProgramPath, "--config", path, "--validate");

        Assert.Contains("OK: 1 listener, 1 site", output, StringComparison.Ordinal);
    }
}
