using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>Whether some process has a socket file bound, found out without its owner seeing a connection or a byte.</summary>
internal static class SocketLiveness
{
    /// <summary>
    /// Connects a datagram socket to the very inode. Only ECONNREFUSED means that nobody has it bound; EPROTOTYPE is a live stream
    /// socket, success a live datagram socket, and every other error means that nothing is known (<c>connect(2)</c>, <c>unix(7)</c>).
    /// </summary>
    /// <param name="file">An <c>O_PATH</c> descriptor of the socket file.</param>
    public static bool IsDead(SafeFileHandle file)
    {
        using var probe = UnixSocket.CreateDatagram();
        return UnixSocket.Connect(probe, DirectoryHandle.PathOf(file)) == Errno.ConnectionRefused;
    }
}
