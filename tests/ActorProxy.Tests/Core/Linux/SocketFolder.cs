using System.Net.Sockets;
using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Tests.Core.Linux;

/// <summary>A base directory of its own, and what else may stand where a socket shall be.</summary>
internal sealed class SocketFolder : IDisposable
{
    private readonly TempDirectory _directory = new();

    public string Base => _directory.Path;

    /// <summary>The path of the socket, in a directory that exists.</summary>
    public string Path => this["admin.sock"];

    public string this[string name] => _directory[name];

    public SocketPlace Place => PlaceAt(Path);

    public SocketPlace PlaceAt(string path) => new() { Path = path, BaseDirs = [Base], Mode = 0x180 };

    /// <summary>A socket file that no process has bound.</summary>
    public static void PutDeadSocket(string path)
    {
        using var socket = PutSocket(path);
    }

    /// <summary>A socket that is bound and does not listen.</summary>
    public static SafeFileHandle PutSocket(string path)
    {
        var socket = UnixSocket.CreateStream();
        UnixSocket.Bind(socket, path, 0x180);
        return socket;
    }

    /// <summary>Somebody else's server. Its file stays when it is disposed.</summary>
    public static UnixListener PutListener(string path)
    {
        var socket = PutSocket(path);
        UnixSocket.Listen(socket, 10);
        return new UnixListener(socket);
    }

    public static Socket Connect(string path)
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        return client;
    }

    public static int ModeOf(string path) => FileStatus.AtPath(path)!.Mode;

    public static void Chown(string path, uint? uid, uint? gid)
    {
        using var file = DirectoryHandle.OpenPathAt(path);
        DirectoryHandle.ChangeOwner(file, uid, gid);
    }

    public static void Chmod(string path, int mode)
    {
        using var file = DirectoryHandle.OpenPathAt(path);
        DirectoryHandle.ChangeMode(file, mode);
    }

    public void Dispose() => _directory.Dispose();
}
