using System.Diagnostics;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.CommandLine;

public class CompletionTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "src", "packaging", "completions");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("actor-proxy.bash")]
    [InlineData("_actor-proxy")]
    [InlineData("actor-proxy.fish")]
    public void Every_shell_knows_every_command(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));

        Assert.All(CommandTable.Commands, command => Assert.Contains(command.Name, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("actor-proxy ''", "ctl")]
    [InlineData("actor-proxy --v", "--validate")]
    [InlineData("actor-proxy ctl ''", "rollback")]
    [InlineData("actor-proxy ctl --socket /run/x.sock re", "reload")]
    [InlineData("actor-proxy ctl --json log-level ''", "debug")]
    [InlineData("actor-proxy ctl reload ''", "if-plan")]
    [InlineData("actor-proxy demo --", "--https-port")]
    public async Task Bash_completes(string line, string expected)
    {
        Requires.Program("bash");
        var words = line.Replace("''", "\"\"", StringComparison.Ordinal);
        var script = $$"""
            source '{{Folder}}/actor-proxy.bash'
            eval "COMP_WORDS=({{words.Replace("\"", "\\\"", StringComparison.Ordinal)}})"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _actor_proxy
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;

        Assert.Contains(expected, (await bash.StandardOutput.ReadToEndAsync(Ct)).Split('\n'));
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ActorProxy.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not in the repository");
        }

        return directory.FullName;
    }
}
