using System.Net.Sockets;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>The TCP side of an upstream connection, which tells when it ends.</summary>
internal sealed class UpstreamTransport(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private Action? _ended;

    /// <summary>Called once.</summary>
    public Action? Ended
    {
        set => _ended = value;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Interlocked.Exchange(ref _ended, null)?.Invoke();
    }
}
