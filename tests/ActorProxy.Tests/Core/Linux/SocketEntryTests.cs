using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

/// <summary>Between the look at a dead socket and its removal something else is put at the path.</summary>
[Collection(RunsAlone.Name)]
public sealed class SocketEntryTests : IDisposable
{
    private const string Name = "admin.sock";

    private readonly SocketFolder _folder = new();
    private readonly DirectoryHandle _directory;
    private readonly FileStatus _examined;

    public SocketEntryTests()
    {
        _directory = SocketDirectory.Open(_folder.Place, make: false);
        SocketFolder.PutDeadSocket(_folder.Path);
        _examined = FileStatus.AtPath(_folder.Path)!;

        // Kept under another name, so that its inode number is not given to what comes next.
        File.Move(_folder.Path, _folder["examined"]);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_very_inode_that_was_examined_is_removed()
    {
        File.Move(_folder["examined"], _folder.Path);

        Assert.Null(Remove());

        Assert.Null(FileStatus.AtPath(_folder.Path));
    }

    [Fact]
    public void A_link_that_was_swapped_in_is_put_back_and_its_target_stays()
    {
        File.WriteAllText(_folder["precious"], "keep me");
        File.CreateSymbolicLink(_folder.Path, _folder["precious"]);

        Assert.Throws<SocketRefusedException>(() => Remove());

        Assert.Equal(_folder["precious"], new FileInfo(_folder.Path).LinkTarget);
        Assert.Equal("keep me", File.ReadAllText(_folder["precious"]));
    }

    [Fact]
    public void A_file_or_a_live_socket_that_was_swapped_in_is_put_back()
    {
        File.WriteAllText(_folder.Path, "keep me");
        Assert.Throws<SocketRefusedException>(() => Remove());
        Assert.Equal("keep me", File.ReadAllText(_folder.Path));
        File.Delete(_folder.Path);

        using var foreign = SocketFolder.PutListener(_folder.Path);
        Assert.Throws<SocketRefusedException>(() => Remove());
        using var client = SocketFolder.Connect(_folder.Path);
    }

    [Fact]
    public void What_came_to_life_since_is_put_back()
    {
        File.Move(_folder["examined"], _folder.Path);

        Assert.Throws<SocketRefusedException>(() => SocketEntry.RemoveExamined(_directory, Name, _examined, static _ => false));

        Assert.Equal(_examined.Identity, FileStatus.AtPath(_folder.Path)?.Identity);
    }

    [Fact]
    public void What_can_not_be_put_back_stays_aside_and_is_named()
    {
        File.Move(_folder["examined"], _folder.Path);

        var left = SocketEntry.RemoveExamined(_directory, Name, _examined, _ =>
        {
            File.WriteAllText(_folder.Path, "taken");
            return false;
        });

        var aside = Assert.Single(Directory.GetFiles(_folder.Base), path => Path.GetFileName(path).StartsWith('.'));
        Assert.EndsWith(aside, left, StringComparison.Ordinal);
        Assert.Equal(("taken", _examined.Identity), (File.ReadAllText(_folder.Path), FileStatus.AtPath(aside)!.Identity));
    }

    private string? Remove() => SocketEntry.RemoveExamined(_directory, Name, _examined, static _ => true);
}
