using System.Net.Sockets;
using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

[Collection(RunsAlone.Name)]
public sealed class SocketFileTests : IDisposable
{
    private const int OpenToOwner = 0x180;
    private const int OpenToGroup = 0x1b0;

    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OpenToOwner)]
    [InlineData(OpenToGroup)]
    public void A_bound_socket_has_the_configured_mode_and_accepts(int mode)
    {
        using var file = new SocketFile(_folder.Place with { Mode = mode });

        var bound = Assert.IsType<SocketBinding.Bound>(file.Bind());

        Assert.Equal(mode, SocketFolder.ModeOf(_folder.Path));
        Assert.Empty(bound.Notes);
        using var client = SocketFolder.Connect(_folder.Path);
        using var accepted = bound.Listener.Accept(out _);
        Assert.NotNull(accepted);
        Assert.IsType<SocketFileState.Ours>(file.Examine());
    }

    [Fact]
    public void A_group_that_was_asked_for_is_given_before_the_mode()
    {
        Requires.Root();
        using var file = new SocketFile(_folder.Place with { Mode = OpenToGroup, Group = 4242 });

        Assert.IsType<SocketBinding.Bound>(file.Bind());

        Assert.Equal(4242u, FileStatus.AtPath(_folder.Path)!.Gid);
    }

    [Fact]
    public async Task No_glance_at_the_path_ever_sees_a_wider_mode()
    {
        using var stop = new CancellationTokenSource();
        var looks = 0;
        var widest = 0;
        var watcher = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (FileStatus.AtPath(_folder.Path) is { Type: FileType.Socket } seen)
                {
                    looks++;
                    widest |= seen.Mode;
                }
            }
        });
        watcher.Start();

        for (var round = 0; round < 100; round++)
        {
            using var file = new SocketFile(_folder.Place with { Mode = OpenToGroup });
            Assert.IsType<SocketBinding.Bound>(file.Bind());
            File.Delete(_folder.Path);
            Assert.IsType<SocketBinding.Bound>(file.Bind());
        }

        await stop.CancelAsync();
        watcher.Join();
        Assert.True(looks > 0, "the watcher never saw the socket");
        Assert.Equal(0, widest & ~OpenToGroup);
    }

    [Fact]
    public void A_symbolic_link_at_the_path_is_left_alone_with_its_target()
    {
        var precious = _folder["precious"];
        File.WriteAllText(precious, "keep me");
        File.CreateSymbolicLink(_folder.Path, precious);

        AssertRefused("is a symbolic link, not a socket");

        Assert.Equal("keep me", File.ReadAllText(precious));
        Assert.Equal(precious, new FileInfo(_folder.Path).LinkTarget);
    }

    [Fact]
    public void A_link_to_a_dead_socket_is_left_alone_too()
    {
        SocketFolder.PutDeadSocket(_folder["dead.sock"]);
        File.CreateSymbolicLink(_folder.Path, _folder["dead.sock"]);

        AssertRefused("is a symbolic link");

        Assert.NotNull(FileStatus.AtPath(_folder["dead.sock"]));
    }

    [Fact]
    public void A_file_or_a_directory_at_the_path_is_left_alone()
    {
        File.WriteAllText(_folder.Path, "keep me");
        AssertRefused("is a regular file, not a socket");
        Assert.Equal("keep me", File.ReadAllText(_folder.Path));

        File.Delete(_folder.Path);
        Directory.CreateDirectory(_folder.Path);
        AssertRefused("is a directory, not a socket");
    }

    [Fact]
    public void A_dead_socket_is_removed_and_said_so()
    {
        SocketFolder.PutDeadSocket(_folder.Path);
        var dead = FileStatus.AtPath(_folder.Path)!;
        using var file = new SocketFile(_folder.Place);

        var bound = Assert.IsType<SocketBinding.Bound>(file.Bind());

        Assert.Contains($"removed the dead socket {_folder.Path}", Assert.Single(bound.Notes), StringComparison.Ordinal);
        Assert.NotEqual(dead.ChangedNs, FileStatus.AtPath(_folder.Path)!.ChangedNs);
        Assert.Equal(["admin.sock", "admin.sock.lock"], EntriesOf(_folder.Base));
    }

    [Fact]
    public void A_dead_socket_of_another_user_is_left_alone()
    {
        Requires.Root();
        SocketFolder.PutDeadSocket(_folder.Path);
        SocketFolder.Chown(_folder.Path, 1234, null);

        AssertRefused("is a socket of uid 1234");

        Assert.NotNull(FileStatus.AtPath(_folder.Path));
    }

    [Fact]
    public void A_listening_socket_is_left_alone_and_sees_no_connection()
    {
        using var other = SocketFolder.PutListener(_folder.Path);

        AssertRefused("some process may have bound");

        Assert.Null(other.Accept(out var error));
        Assert.Equal(Errno.TryAgain, error);
        using var client = SocketFolder.Connect(_folder.Path);
    }

    [Fact]
    public void A_socket_that_is_bound_but_does_not_listen_is_left_alone()
    {
        using var other = SocketFolder.PutSocket(_folder.Path);

        AssertRefused("some process may have bound");
    }

    [Fact]
    public void A_live_socket_that_was_renamed_to_the_path_is_left_alone()
    {
        using var other = SocketFolder.PutListener(_folder["other.sock"]);
        File.Move(_folder["other.sock"], _folder.Path);

        AssertRefused("some process may have bound");

        Assert.Null(other.Accept(out _));
    }

    [Fact]
    public void A_datagram_socket_is_left_alone_and_gets_no_byte()
    {
        using var other = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(_folder.Path));

        AssertRefused("some process may have bound");

        Assert.Equal(0, other.Available);
    }

    [Fact]
    public void A_refusal_heals_when_the_path_is_cleaned_up()
    {
        File.WriteAllText(_folder.Path, "in the way");
        using var file = new SocketFile(_folder.Place);
        Assert.IsType<SocketBinding.Refused>(file.Bind());

        File.Delete(_folder.Path);

        Assert.IsType<SocketBinding.Bound>(file.Bind());
    }

    [Fact]
    public void Another_mode_on_our_file_is_set_right()
    {
        using var file = Bound();
        SocketFolder.Chmod(_folder.Path, 0x1ff);

        var repaired = Assert.IsType<SocketFileState.Repaired>(file.Examine());

        Assert.EndsWith("mode=777", repaired.Found, StringComparison.Ordinal);
        Assert.Equal(OpenToOwner, SocketFolder.ModeOf(_folder.Path));
        Assert.IsType<SocketFileState.Ours>(file.Examine());
    }

    [Fact]
    public void Another_owner_of_our_file_is_set_right()
    {
        Requires.Root();
        using var file = Bound();
        SocketFolder.Chown(_folder.Path, 1234, 1234);

        Assert.IsType<SocketFileState.Repaired>(file.Examine());

        var status = FileStatus.AtPath(_folder.Path)!;
        Assert.Equal((CurrentUser.Uid, CurrentUser.Gid, OpenToOwner), (status.Uid, status.Gid, status.Mode));
    }

    [Fact]
    public async Task A_file_that_is_gone_is_noticed_and_bound_again_while_connections_live_on()
    {
        using var file = new SocketFile(_folder.Place);
        var listener = Assert.IsType<SocketBinding.Bound>(file.Bind()).Listener;
        using var client = SocketFolder.Connect(_folder.Path);
        using var accepted = new Socket(new SafeSocketHandle(listener.Accept(out _)!.DangerousGetHandle(), ownsHandle: true));
        File.Delete(_folder.Path);

        Assert.EndsWith("is gone", Assert.IsType<SocketFileState.Lost>(file.Examine()).Reason, StringComparison.Ordinal);
        Assert.IsType<SocketBinding.Bound>(file.Bind());

        using var next = SocketFolder.Connect(_folder.Path);
        Assert.Equal(1, await accepted.SendAsync(new byte[] { 42 }, TestContext.Current.CancellationToken));
        Assert.Equal(1, await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_file_that_is_no_longer_ours_is_noticed_and_not_touched()
    {
        using var file = Bound();
        File.Delete(_folder.Path);
        using var other = SocketFolder.PutListener(_folder.Path);
        SocketFolder.Chmod(_folder.Path, 0x1ff);

        Assert.EndsWith("is another file", Assert.IsType<SocketFileState.Lost>(file.Examine()).Reason, StringComparison.Ordinal);
        Assert.IsType<SocketBinding.Refused>(file.Bind());

        Assert.Equal(0x1ff, SocketFolder.ModeOf(_folder.Path));
        Assert.Null(other.Accept(out _));
    }

    [Fact]
    public void A_stop_removes_our_file_and_keeps_the_lock_file()
    {
        var file = Bound();

        file.Dispose();

        Assert.Equal(["admin.sock.lock"], EntriesOf(_folder.Base));
    }

    [Fact]
    public void A_stop_leaves_what_is_not_ours()
    {
        var file = Bound();
        File.Delete(_folder.Path);
        File.WriteAllText(_folder.Path, "keep me");

        file.Dispose();

        Assert.Equal("keep me", File.ReadAllText(_folder.Path));
    }

    [Fact]
    public void A_stop_leaves_the_socket_of_another()
    {
        var file = Bound();
        File.Delete(_folder.Path);
        using var other = SocketFolder.PutListener(_folder.Path);

        // Not even moved aside for a second look: that would be told, and nobody could connect meanwhile.
        Assert.Null(file.Close());
        file.Dispose();

        using var client = SocketFolder.Connect(_folder.Path);
    }

    [Fact]
    public async Task A_server_of_the_framework_on_our_socket_does_not_delete_the_file()
    {
        using var file = new SocketFile(_folder.Place);
        var socket = Assert.IsType<SocketBinding.Bound>(file.Bind()).Listener.OpenSocket();
        using var client = SocketFolder.Connect(_folder.Path);
        (await socket.AcceptAsync(TestContext.Current.CancellationToken)).Dispose();

        socket.Dispose();

        Assert.IsType<SocketFileState.Ours>(file.Examine());
        using var next = SocketFolder.Connect(_folder.Path);
    }

    [Fact]
    public void The_kernel_tells_which_file_a_socket_is_bound_to()
    {
        using var socket = SocketFolder.PutSocket(_folder.Path);
        var status = FileStatus.AtPath(_folder.Path)!;

        Assert.Equal((status.Device, (uint)status.Inode), SocketDiagnosis.BoundFile(socket));
    }

    private SocketFile Bound()
    {
        var file = new SocketFile(_folder.Place);
        Assert.IsType<SocketBinding.Bound>(file.Bind());
        return file;
    }

    private void AssertRefused(string reason)
    {
        var before = FileStatus.AtPath(_folder.Path);
        using var file = new SocketFile(_folder.Place);

        var refused = Assert.IsType<SocketBinding.Refused>(file.Bind());

        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(before, FileStatus.AtPath(_folder.Path));
    }

    private static IEnumerable<string?> EntriesOf(string directory) =>
        Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
