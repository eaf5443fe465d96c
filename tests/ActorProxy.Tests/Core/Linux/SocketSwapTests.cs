using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

/// <summary>Somebody who may write to the directory swaps what stands at the path while the proxy binds and stops.</summary>
[Collection(RunsAlone.Name)]
public sealed class SocketSwapTests : IDisposable
{
    private const int Rounds = 200;

    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whatever_is_swapped_in_nothing_precious_goes_and_no_foreign_listener_is_touched()
    {
        var precious = _folder["precious"];
        File.WriteAllText(precious, "keep me");
        using var foreign = SocketFolder.PutListener(Foreign);
        var identity = FileStatus.AtPath(Foreign)!.Identity;
        using var stop = new CancellationTokenSource();
        var attacker = new Thread(() => Attack(precious, identity, stop.Token));
        attacker.Start();

        var bound = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var file = new SocketFile(_folder.Place);
            bound += file.Bind() is SocketBinding.Bound ? 1 : 0;
            file.Examine();
        }

        await stop.CancelAsync();
        attacker.Join();

        Assert.Equal("keep me", File.ReadAllText(precious));
        Assert.Null(foreign.Accept(out _));
        Assert.Contains(Directory.GetFileSystemEntries(_folder.Base), path => FileStatus.AtPath(path)!.Identity == identity);
        TakeAway(identity);
        using var afterwards = new SocketFile(_folder.Place);
        Assert.IsType<SocketBinding.Bound>(afterwards.Bind());
        using var client = SocketFolder.Connect(_folder.Path);
        TestContext.Current.TestOutputHelper?.WriteLine($"bound in {bound} of {Rounds} rounds");
    }

    private string Foreign => _folder["foreign.socket"];

    private void Attack(string precious, (ulong Device, ulong Inode) foreign, CancellationToken stop)
    {
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            try
            {
                TakeAway(foreign);
                PutOther(turn % 5, precious);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The proxy was quicker: the next turn tries something else.
            }
        }
    }

    private void PutOther(int what, string precious)
    {
        var path = _folder.Path;
        switch (what)
        {
            case 0:
                SocketFolder.PutDeadSocket(path);
                break;
            case 1:
                File.CreateSymbolicLink(path, precious);
                break;
            case 2:
                Directory.CreateDirectory(path);
                break;
            case 3:
                File.Move(Foreign, path);
                File.Move(path, Foreign);
                break;
            default:
                break;
        }
    }

    // Moved away first and looked at then: the proxy may put the foreign listener back at any moment, and it must outlive this attacker.
    private void TakeAway((ulong Device, ulong Inode) foreign)
    {
        var path = _folder.Path;
        var taken = _folder["taken"];
        switch (FileStatus.AtPath(path)?.Type)
        {
            case null:
                return;
            case FileType.Directory:
                Directory.Delete(path);
                return;
            default:
                File.Move(path, taken);
                break;
        }

        if (FileStatus.AtPath(taken)!.Identity == foreign)
        {
            File.Move(taken, Foreign);
        }
        else
        {
            File.Delete(taken);
        }
    }
}
