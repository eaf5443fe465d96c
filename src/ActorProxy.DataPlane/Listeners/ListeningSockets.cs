using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>Makes sockets that are bound and listening before any server exists: bound alone would reserve nothing.</summary>
internal static class ListeningSockets
{
    // The kernel takes the lesser of this and net.core.somaxconn.
    private const int Backlog = 4096;

    // TCP_NOTSENT_LOWAT, linux/tcp.h: unsent bytes that the kernel takes for a client. Without a bound a thousand slow readers make it
    // hold more than tcp_mem allows, and every connection of the host is throttled; a fast reader does not get faster by more.
    private const int TcpLevel = 6;
    private const int NotSentLowWater = 25;
    private const int MaxNotSent = 128 * 1024;

    // socket(7). .NET's own ReuseAddress would set both.
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int ReusePort = 15;
    private const int BindToInterfaceIndex = 62;

    /// <summary>Binds and listens.</summary>
    /// <param name="address">Where.</param>
    /// <param name="overlapped">
    /// Sockets of ours at the same port that are about to go: the kernel lets both stand when both, and only now, allow sharing.
    /// </param>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static Socket Listen(ListenAddress address, IReadOnlyCollection<Socket> overlapped)
    {
        var socket = new Socket(address.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Not blocking: what waits in the queue can be taken without waiting for more.
            socket.Blocking = false;
            Set(socket, ReuseAddress, 1);
            if (address.Address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = address.IsWildcard;
            }

            // Accepted sockets inherit both.
            socket.NoDelay = true;
            socket.SetRawSocketOption(TcpLevel, NotSentLowWater, BitConverter.GetBytes(MaxNotSent));
            Bind(socket, address, overlapped);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes new connections miss the socket: they find another one of ours, or are refused. What is connected or half-open stays.
    /// It is bound to a network interface that does not exist, which the kernel allows (Linux 5.7 and newer, without privileges).
    /// </summary>
    /// <returns><c>false</c> when the kernel is older, or the socket closed.</returns>
    public static bool TryHide(Socket socket)
    {
        try
        {
            Set(socket, BindToInterfaceIndex, int.MaxValue);
            return true;
        }
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void Bind(Socket socket, ListenAddress address, IReadOnlyCollection<Socket> overlapped)
    {
        // The kernel checks at bind and again at listen. Taken off afterwards: nobody else may share the port.
        Socket[] sharing = overlapped.Count == 0 ? [] : [.. overlapped, socket];
        try
        {
            Array.ForEach(sharing, static one => Set(one, ReusePort, 1));
            socket.Bind(new IPEndPoint(address.Address, address.Port));
            socket.Listen(Backlog);
        }
        finally
        {
            Array.ForEach(sharing, static one => Set(one, ReusePort, 0));
        }
    }

    private static void Set(Socket socket, int option, int value) =>
        socket.SetRawSocketOption(SocketLevel, option, BitConverter.GetBytes(value));
}
