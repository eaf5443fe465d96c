using System.Net.Sockets;

namespace ActorProxy.Management;

/// <summary>How binding the health port ended.</summary>
internal abstract record LoopbackPortResult
{
    private LoopbackPortResult()
    {
    }

    /// <summary>It listens.</summary>
    /// <param name="Socket">The receiver's to close.</param>
    public sealed record Bound(Socket Socket) : LoopbackPortResult;

    /// <summary>It could not be bound.</summary>
    /// <param name="Reason">One line that names the key and what to change.</param>
    public sealed record Refused(string Reason) : LoopbackPortResult;
}
