using ActorProxy.Core;
using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core;

public sealed class RunningProgramTests
{
    [Fact]
    public void The_program_that_runs_is_not_replaced() => Assert.False(new RunningProgram().IsReplaced);

    [Fact]
    public void Another_file_at_the_path_is_noticed()
    {
        using var directory = new TempDirectory();
        var path = directory.Write("actor-proxy", "one");
        var program = new RunningProgram([(path, FileStatus.Following(path))]);
        Assert.False(program.IsReplaced);

        directory.Write("next", "two");
        File.Move(directory["next"], path, overwrite: true);

        Assert.True(program.IsReplaced);
    }

    [Fact]
    public void A_file_that_was_overwritten_or_removed_is_noticed()
    {
        using var directory = new TempDirectory();
        var overwritten = directory.Write("actor-proxy", "one");
        var removed = directory.Write("ActorProxy.Core.dll", "one");
        var first = new RunningProgram([(overwritten, FileStatus.Following(overwritten))]);
        var second = new RunningProgram([(removed, FileStatus.Following(removed))]);

        File.AppendAllText(overwritten, "more");
        File.Delete(removed);

        Assert.True(first.IsReplaced);
        Assert.True(second.IsReplaced);
    }

    [Fact]
    public void The_version_names_its_commit()
    {
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", BuildVersion.Version);
        Assert.Matches("^([0-9a-f]{40}|unknown)$", BuildVersion.Commit);
        Assert.Equal($"{BuildVersion.Version}+{BuildVersion.Commit}", BuildVersion.Text);
    }
}
