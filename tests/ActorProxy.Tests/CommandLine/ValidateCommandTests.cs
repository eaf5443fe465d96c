using ActorProxy.CommandLine;
using ActorProxy.TestKit;
using ActorProxy.Tests.Core.Configuration;
using Xunit;

namespace ActorProxy.Tests.CommandLine;

public sealed class ValidateCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ConfigText _text;

    public ValidateCommandTests() => _text = new ConfigText(_directory);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_good_file_is_OK_with_its_size()
    {
        var path = _directory.Write("c.toml", _text.Minimal);

        Assert.Equal((0, "OK: 1 listener, 1 site\n"), await RunAsync(path));
    }

    [Fact]
    public async Task Every_problem_has_its_line_and_then_they_are_counted()
    {
        var path = _directory.Write("c.toml", "burts = 1\n" + _text.Minimal.Replace("burst = 20", "burst = 0", StringComparison.Ordinal));

        Assert.Equal(
            (78, $"{path}:1:1: unknown key `burts`, did you mean `burst` in `rate_limit`?\n{path}:4:9: `burst` must be at least 1, not 0\n2 problems\n"),
            await RunAsync(path));
    }

    [Fact]
    public async Task A_file_that_is_missing_is_the_one_problem()
    {
        var path = _directory["none.toml"];

        Assert.Equal((78, $"{path}:1:1: can't be read: No such file or directory\n1 problem\n"), await RunAsync(path));
    }

    [Fact]
    public async Task Warnings_do_not_spoil_a_good_file()
    {
        var path = _directory.Write("c.toml", "[admin]\nviewer_uids = [65534]\n" + _text.Minimal);

        var (exitCode, output) = await RunAsync(path);

        Assert.Equal(0, exitCode);
        Assert.StartsWith($"{path}:2:16: warning: ", output, StringComparison.Ordinal);
        Assert.EndsWith("\nOK: 1 listener, 1 site\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_to_be_tried_again()
    {
        var path = _directory.Write("c.toml", _text.Minimal);
        await using var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        Assert.Equal((78, $"{path}:1:1: config file changed during read, please retry\n1 problem\n"), await RunAsync(path));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string path)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        var exitCode = await ValidateCommand.RunAsync(
            path, allowWildcardBind: false, output, TimeProvider.System, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString());
    }
}
