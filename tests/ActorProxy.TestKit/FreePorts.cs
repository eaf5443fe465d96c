using System.Net;
using System.Net.Sockets;

namespace ActorProxy.TestKit;

/// <summary>Ports that the kernel gave and nobody else listens on.</summary>
public static class FreePorts
{
    /// <summary>Different free ports on 127.0.0.1. Held together until all are known, so that none comes twice.</summary>
    public static int[] Take(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => Bind()).ToArray();
        var ports = Array.ConvertAll(sockets, socket => ((IPEndPoint)socket.LocalEndPoint!).Port);
        Array.ForEach(sockets, socket => socket.Dispose());
        return ports;
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
