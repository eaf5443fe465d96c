using System.Net;
using System.Net.Sockets;

namespace ActorProxy.TestKit;

/// <summary>Ports for programs that must be told one.</summary>
public static class FreePorts
{
    /// <summary>
    /// Different ports on 127.0.0.1 that the kernel gave. Each is left in TIME_WAIT (tcp(7), SO_REUSEADDR): for a minute the kernel
    /// gives it to nobody, neither to a connection nor to another bind to port 0, and a server that is told it can listen there.
    /// </summary>
    public static int[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => TakeOne())];

    private static int TakeOne()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using (var accepted = listener.Accept())
        {
            // The side that closes first is the one that waits, and that is to be the one with the port.
            accepted.Shutdown(SocketShutdown.Send);
            client.Receive(new byte[1]);
        }

        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}
