using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

/// <summary>Somebody who may write to the directory swaps what stands at the path while the proxy binds and stops.</summary>
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
        using var foreign = SocketFolder.PutListener(_folder["foreign.socket"]);
        var identity = FileStatus.AtPath(_folder["foreign.socket"])!.Identity;
        using var stop = new CancellationTokenSource();
        var attacker = new Thread(() => Attack(precious, stop.Token));
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
        CleanUp();
        using var afterwards = new SocketFile(_folder.Place);
        Assert.IsType<SocketBinding.Bound>(afterwards.Bind());
        using var client = SocketFolder.Connect(_folder.Path);
        TestContext.Current.TestOutputHelper?.WriteLine($"bound in {bound} of {Rounds} rounds");
    }

    private void Attack(string precious, CancellationToken stop)
    {
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            try
            {
                Swap(turn % 5, precious);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The proxy was quicker: the next turn tries something else.
            }
        }
    }

    private void Swap(int what, string precious)
    {
        var path = _folder.Path;
        switch (what)
        {
            case 0:
                CleanUp();
                SocketFolder.PutDeadSocket(path);
                break;
            case 1:
                CleanUp();
                File.CreateSymbolicLink(path, precious);
                break;
            case 2:
                CleanUp();
                Directory.CreateDirectory(path);
                break;
            case 3:
                CleanUp();
                File.Move(_folder["foreign.socket"], path);
                File.Move(path, _folder["foreign.socket"]);
                break;
            default:
                CleanUp();
                break;
        }
    }

    // Whatever has the path, but never the foreign listener: it is the one to prove untouched.
    private void CleanUp()
    {
        if (FileStatus.AtPath(_folder.Path) is not { } status)
        {
            return;
        }

        if (status.Type == FileType.Directory)
        {
            Directory.Delete(_folder.Path);
        }
        else
        {
            File.Delete(_folder.Path);
        }
    }
}
