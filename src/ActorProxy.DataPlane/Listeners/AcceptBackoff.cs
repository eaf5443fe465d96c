using System.Net.Sockets;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>How long a listener waits after an accept that failed.</summary>
internal sealed class AcceptBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(10);

    // Below a second: service is to be back within one once descriptors are free.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(900);

    private TimeSpan _next = First;

    /// <summary>
    /// Whether the listening socket itself is well (<c>accept(2)</c>, errors): out of descriptors or memory, or a connection that
    /// broke before it was accepted.
    /// </summary>
    public static bool IsPassing(SocketException failure) => failure.SocketErrorCode
        is not (SocketError.NotSocket or SocketError.InvalidArgument or SocketError.OperationNotSupported or SocketError.OperationAborted);

    /// <summary>The wait after this failure; twice as long each time.</summary>
    public TimeSpan Failed()
    {
        var delay = _next;
        _next = delay * 2 < Longest ? delay * 2 : Longest;
        return delay;
    }

    /// <summary>An accept worked.</summary>
    public void Succeeded() => _next = First;
}
