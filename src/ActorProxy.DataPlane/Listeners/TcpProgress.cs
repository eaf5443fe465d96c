using System.Net.Sockets;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>How far the peer has taken what was sent (<c>tcp(7)</c>, <c>TCP_INFO</c>).</summary>
/// <param name="BytesAcked">All bytes it ever acknowledged.</param>
/// <param name="IsPending">Whether the kernel still holds some for it.</param>
/// <param name="IsHalfClosed">Whether the peer sends no more, but may still take something.</param>
internal readonly record struct TcpProgress(ulong BytesAcked, bool IsPending, bool IsHalfClosed)
{
    // TCP_CLOSE_WAIT, linux/tcp.h. A reset makes it TCP_CLOSE.
    private const byte CloseWait = 8;

    private const int TcpLevel = 6;
    private const int TcpInfoOption = 11;

    // Offsets in struct tcp_info, linux/tcp.h.
    private const int Unacked = 24;
    private const int BytesAckedOffset = 120;
    private const int NotSent = 144;
    private const int Length = 148;

    /// <summary>Asks the kernel; nothing is pending on a socket that is gone.</summary>
    public static TcpProgress Of(Socket socket)
    {
        Span<byte> info = stackalloc byte[Length];
        try
        {
            if (socket.GetRawSocketOption(TcpLevel, TcpInfoOption, info) < Length)
            {
                return default;
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return default;
        }

        var pending = Number(info, Unacked) + (ulong)Number(info, NotSent);
        return new TcpProgress(BitConverter.ToUInt64(info[BytesAckedOffset..]), pending > 0, info[0] == CloseWait);
    }

    private static uint Number(ReadOnlySpan<byte> info, int offset) => BitConverter.ToUInt32(info[offset..]);
}
