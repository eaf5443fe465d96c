using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>
/// Who is at the other end of a Unix stream socket, as the kernel recorded it: at connect for the client, at listen for the server
/// (<c>unix(7)</c>, SO_PEERCRED). A connection that was handed on keeps them.
/// </summary>
/// <param name="Pid">Process id; for the log only, it may belong to somebody else by now.</param>
/// <param name="Uid">Effective user.</param>
/// <param name="Gid">Effective group.</param>
/// <param name="Groups">Supplementary groups (SO_PEERGROUPS).</param>
public sealed unsafe partial record PeerCredentials(int Pid, uint Uid, uint Gid, ImmutableArray<uint> Groups)
{
    private const int SocketLevel = 1;
    private const int PeerCred = 17;
    private const int PeerGroups = 59;
    private const int FirstGroups = 64;

    /// <summary>Asks the kernel.</summary>
    /// <param name="socket">A connected Unix stream socket.</param>
    /// <exception cref="LinuxException">It is none.</exception>
    public static PeerCredentials Of(SafeHandle socket)
    {
        var credentials = stackalloc uint[3];
        var length = 3 * sizeof(uint);
        return GetOption(socket, SocketLevel, PeerCred, credentials, ref length) == 0
            ? new PeerCredentials((int)credentials[0], credentials[1], credentials[2], GroupsOf(socket))
            : throw LinuxException.FromLastError("getsockopt SO_PEERCRED");
    }

    private static ImmutableArray<uint> GroupsOf(SafeHandle socket)
    {
        var groups = new uint[FirstGroups];
        while (true)
        {
            var length = groups.Length * sizeof(uint);
            fixed (uint* at = groups)
            {
                if (GetOption(socket, SocketLevel, PeerGroups, at, ref length) == 0)
                {
                    return [.. groups.AsSpan(0, length / sizeof(uint))];
                }
            }

            // ERANGE: too small, and the length now says how much it takes. At most 65,536 groups (NGROUPS_MAX).
            if (Marshal.GetLastPInvokeError() != Errno.OutOfRange || length <= groups.Length * sizeof(uint))
            {
                throw LinuxException.FromLastError("getsockopt SO_PEERGROUPS");
            }

            groups = new uint[length / sizeof(uint)];
        }
    }

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(SafeHandle socket, int level, int option, void* value, ref int length);
}
