using System.Diagnostics;
using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

[Collection(RunsAlone.Name)]
public sealed class SocketLockTests : IDisposable
{
    private readonly SocketFolder _folder = new();

    private string LockPath => _folder.Path + ".lock";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_two_with_one_path_the_second_is_refused_and_disturbs_nothing()
    {
        using var first = new SocketFile(_folder.Place);
        Assert.IsType<SocketBinding.Bound>(first.Bind());
        var second = new SocketFile(_folder.Place);

        Assert.Contains("is locked: another process serves this path", Refused(second), StringComparison.Ordinal);
        second.Dispose();

        Assert.IsType<SocketFileState.Ours>(first.Examine());
        using var client = SocketFolder.Connect(_folder.Path);
    }

    [Fact]
    public async Task The_lock_holds_against_another_process()
    {
        Requires.Program("flock");
        File.WriteAllText(LockPath, "");
        SocketFolder.Chmod(LockPath, 0x180);
        using var other = Process.Start(new ProcessStartInfo("flock", [LockPath, "sh", "-c", "echo held; exec cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        using var file = new SocketFile(_folder.Place);

        Assert.Contains("is locked", Refused(file), StringComparison.Ordinal);

        other.StandardInput.Close();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.IsType<SocketBinding.Bound>(file.Bind());
    }

    [Fact]
    public void A_refusal_lets_the_lock_go()
    {
        File.WriteAllText(_folder.Path, "in the way");
        using var refused = new SocketFile(_folder.Place);
        Refused(refused);
        File.Delete(_folder.Path);

        using var other = new SocketFile(_folder.Place);

        Assert.IsType<SocketBinding.Bound>(other.Bind());
    }

    [Fact]
    public void A_new_lock_file_is_for_the_owner_alone()
    {
        using var file = new SocketFile(_folder.Place);
        Assert.IsType<SocketBinding.Bound>(file.Bind());

        Assert.Equal(0x180, SocketFolder.ModeOf(LockPath));
    }

    [Fact]
    public void A_lock_file_that_vanished_is_locked_anew()
    {
        using var file = new SocketFile(_folder.Place);
        Assert.IsType<SocketBinding.Bound>(file.Bind());
        File.Delete(LockPath);

        Assert.IsType<SocketBinding.Bound>(file.Bind());

        using var second = new SocketFile(_folder.Place);
        Assert.Contains("is locked", Refused(second), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_file_that_others_may_open_is_refused()
    {
        File.WriteAllText(LockPath, "");
        SocketFolder.Chmod(LockPath, 0x1a4);
        using var file = new SocketFile(_folder.Place);

        Assert.Contains("is open to group or others (mode 644)", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_file_of_another_user_is_refused()
    {
        Requires.Root();
        File.WriteAllText(LockPath, "");
        SocketFolder.Chmod(LockPath, 0x180);
        SocketFolder.Chown(LockPath, 1234, null);
        using var file = new SocketFile(_folder.Place);

        Assert.Contains("belongs to uid 1234", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_place_of_the_lock_file_is_refused_and_its_target_not_made()
    {
        File.CreateSymbolicLink(LockPath, _folder["target"]);
        using var file = new SocketFile(_folder.Place);

        Assert.Contains("can't be opened as a lock file", Refused(file), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["target"]));
    }

    [Fact]
    public void A_lock_file_with_a_second_name_is_refused()
    {
        Requires.Program("ln");
        File.WriteAllText(_folder["other"], "");
        SocketFolder.Chmod(_folder["other"], 0x180);
        Process.Start("ln", [_folder["other"], LockPath])!.WaitForExit();
        using var file = new SocketFile(_folder.Place);

        Assert.Contains("is not a regular file with one link", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_in_place_of_the_lock_file_is_refused_at_once()
    {
        Requires.Program("mkfifo");
        Process.Start("mkfifo", ["-m", "600", LockPath])!.WaitForExit();
        using var file = new SocketFile(_folder.Place);

        Assert.Contains("is not a regular file with one link", Refused(file), StringComparison.Ordinal);
    }

    private static string Refused(SocketFile file) => Assert.IsType<SocketBinding.Refused>(file.Bind()).Reason;
}
