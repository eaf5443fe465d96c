using System.Net;
using System.Net.Sockets;

namespace ActorProxy.Management;

/// <summary>Binds the port of <c>health_check_port</c> on 127.0.0.1.</summary>
internal static class LoopbackPort
{
    private const int Backlog = 512;

    /// <param name="port">1–65535; 0 only in tests, where the kernel chooses.</param>
    public static LoopbackPortResult Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(Backlog);
            return new LoopbackPortResult.Bound(socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            return new LoopbackPortResult.Refused(exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"health_check_port: port {port} on 127.0.0.1 is taken; choose another one, or 0 for none"
                : $"health_check_port: 127.0.0.1:{port} can't be bound: {exception.Message}");
        }
    }
}
