using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>
/// Unix sockets by system call (<c>unix(7)</c>). .NET's own class can't be used for a bound path: its <c>Dispose</c> deletes whatever
/// stands there by then.
/// </summary>
internal static unsafe partial class UnixSocket
{
    private const int Family = 1;
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int Flags = 0x80000 | 0x800;   // SOCK_CLOEXEC | SOCK_NONBLOCK
    private const int AddressBytes = 110;

    public static SafeFileHandle CreateStream() => Create(Stream);

    public static SafeFileHandle CreateDatagram() => Create(Datagram);

    /// <summary>Binds to a path that nothing has. The file's mode is that of the descriptor, less the umask.</summary>
    public static void Bind(SafeFileHandle socket, string path, int mode)
    {
        if (ChangeMode(socket, (uint)mode) != 0)
        {
            throw LinuxException.FromLastError("fchmod");
        }

        var address = stackalloc byte[AddressBytes];
        if (Bind(socket, address, Write(path, address)) != 0)
        {
            throw LinuxException.FromLastError("bind");
        }
    }

    public static void Listen(SafeFileHandle socket, int backlog)
    {
        if (ListenOn(socket, backlog) != 0)
        {
            throw LinuxException.FromLastError("listen");
        }
    }

    /// <returns>0, or the errno.</returns>
    public static int Connect(SafeFileHandle socket, string path)
    {
        var address = stackalloc byte[AddressBytes];
        return Connect(socket, address, Write(path, address)) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static SafeFileHandle Create(int type)
    {
        var descriptor = Socket(Family, type | Flags, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.FromLastError("socket");
    }

    // sockaddr_un: two bytes of family in the machine's order, the path, a NUL.
    private static int Write(string path, byte* address)
    {
        var room = new Span<byte>(address, AddressBytes);
        room.Clear();
        MemoryMarshal.Write(room, (short)Family);
        if (!Encoding.UTF8.TryGetBytes(path, room[2..^1], out var bytes))
        {
            throw new SocketRefusedException($"{path} is longer than a socket's path may be");
        }

        return 2 + bytes + 1;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeHandle socket, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int ListenOn(SafeHandle socket, int backlog);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeHandle socket, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int ChangeMode(SafeHandle file, uint mode);
}
