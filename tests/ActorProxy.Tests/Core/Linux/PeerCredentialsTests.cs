using System.Net.Sockets;
using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

public sealed class PeerCredentialsTests : IDisposable
{
    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Our_own_connection_has_our_own_credentials()
    {
        using var listener = SocketFolder.PutListener(_folder.Path);
        using var client = SocketFolder.Connect(_folder.Path);
        using var accepted = listener.Accept(out _)!;

        var peer = PeerCredentials.Of(accepted);

        Assert.Equal((Environment.ProcessId, CurrentUser.Uid, CurrentUser.Gid), (peer.Pid, peer.Uid, peer.Gid));
    }

    [Fact]
    public void The_listener_has_credentials_for_its_client_too()
    {
        using var listener = SocketFolder.PutListener(_folder.Path);
        using var client = SocketFolder.Connect(_folder.Path);

        var peer = PeerCredentials.Of(client.SafeHandle);

        Assert.Equal((Environment.ProcessId, CurrentUser.Uid), (peer.Pid, peer.Uid));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(300)]
    public async Task Another_user_is_known_with_every_group(int groups)
    {
        OtherUser.Required();
        Requires.Program("socat");
        uint[] supplementary = [.. Enumerable.Range(5000, groups).Select(gid => (uint)gid)];
        SocketFolder.Chmod(_folder.Base, 0x1ed);
        using var listener = SocketFolder.PutListener(_folder.Path);
        SocketFolder.Chmod(_folder.Path, 0x1b6);
        using var client = new OtherUser(1234, 1235, supplementary).Start("socat", "-", $"UNIX-CONNECT:{_folder.Path}");

        SafeFileHandle? accepted = null;
        await Eventually.HoldsAsync(
            () => (accepted = listener.Accept(out _)) is not null, "a connection", TestContext.Current.CancellationToken);
        var peer = PeerCredentials.Of(accepted!);
        accepted!.Dispose();
        client.StandardInput.Close();

        Assert.Equal((client.Id, 1234u, 1235u), (peer.Pid, peer.Uid, peer.Gid));
        Assert.Equal(supplementary, peer.Groups);
    }

    [Fact]
    public void What_is_no_unix_connection_has_none()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        Assert.ThrowsAny<Exception>(() => PeerCredentials.Of(socket.SafeHandle));
    }
}
