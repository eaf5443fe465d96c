using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>Asks the kernel which file a Unix socket is bound to (<c>sock_diag(7)</c>), which its path alone can't prove.</summary>
internal static unsafe partial class SocketDiagnosis
{
    private const int NetlinkFamily = 16;
    private const int RawType = 3 | 0x80000;   // SOCK_RAW | SOCK_CLOEXEC
    private const int DiagProtocol = 4;
    private const int RequestBytes = 40;
    private const int ReplyHeaderBytes = 32;
    private const ushort DiagByFamily = 20;
    private const ushort VfsAttribute = 1;

    /// <summary>The device and inode of the file that a socket is bound to; the inode as the kernel reports it, 32 bits.</summary>
    /// <param name="socket">A bound socket of this network namespace.</param>
    /// <returns><c>null</c> where the kernel does not tell: netlink sockets may be forbidden to us.</returns>
    public static (ulong Device, uint Inode)? BoundFile(SafeFileHandle socket)
    {
        var descriptor = Socket(NetlinkFamily, RawType, DiagProtocol);
        if (descriptor < 0)
        {
            return null;
        }

        using var netlink = new SafeFileHandle(descriptor, ownsHandle: true);
        Span<byte> request = stackalloc byte[RequestBytes];
        WriteRequest(request, (uint)FileStatus.Of(socket).Inode);
        Span<byte> reply = stackalloc byte[1024];
        fixed (byte* from = request, to = reply)
        {
            // The kernel answers before send returns, so there is something to receive or there never will be.
            const int DontWait = 0x40;
            return Send(netlink, from, (nuint)request.Length, 0) == request.Length
                && Receive(netlink, to, (nuint)reply.Length, DontWait) is > 0 and var received
                    ? ReadReply(reply[..(int)received])
                    : null;
        }
    }

    // struct nlmsghdr (16 bytes), then struct unix_diag_req (24 bytes): linux/netlink.h, linux/unix_diag.h.
    private static void WriteRequest(Span<byte> request, uint socketInode)
    {
        const ushort IsRequest = 1;
        const uint ShowVfs = 2;
        request.Clear();
        MemoryMarshal.Write(request, RequestBytes);
        MemoryMarshal.Write(request[4..], DiagByFamily);
        MemoryMarshal.Write(request[6..], IsRequest);
        request[16] = 1;   // AF_UNIX
        MemoryMarshal.Write(request[20..], uint.MaxValue);   // every state
        MemoryMarshal.Write(request[24..], socketInode);
        MemoryMarshal.Write(request[28..], ShowVfs);
        MemoryMarshal.Write(request[32..], ulong.MaxValue);   // no cookie
    }

    private static (ulong Device, uint Inode)? ReadReply(ReadOnlySpan<byte> reply)
    {
        if (reply.Length < ReplyHeaderBytes || MemoryMarshal.Read<ushort>(reply[4..]) != DiagByFamily)
        {
            return null;
        }

        for (var rest = reply[ReplyHeaderBytes..]; rest.Length >= 12;)
        {
            int length = MemoryMarshal.Read<ushort>(rest);
            if (MemoryMarshal.Read<ushort>(rest[2..]) == VfsAttribute)
            {
                // The kernel's own device number: 12 bits of major, 20 of minor.
                var device = MemoryMarshal.Read<uint>(rest[8..]);
                return (((ulong)(device >> 20) << 32) | (device & 0xfffff), MemoryMarshal.Read<uint>(rest[4..]));
            }

            rest = rest[Math.Min(rest.Length, Math.Max(4, (length + 3) & ~3))..];
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, byte* buffer, nuint length, int flags);
}
