using System.Collections.Immutable;

namespace ActorProxy.Core.Linux;

/// <summary>How an attempt to bind a socket file ended.</summary>
public abstract record SocketBinding
{
    private SocketBinding()
    {
    }

    /// <summary>The socket listens at its path.</summary>
    /// <param name="Listener">The socket; owned by the <see cref="SocketFile"/>.</param>
    /// <param name="Notes">What was done on the way and deserves a log line: a dead socket removed, a file that stayed aside.</param>
    public sealed record Bound(UnixListener Listener, ImmutableArray<string> Notes) : SocketBinding;

    /// <summary>What stands on the disk forbids it; nothing was changed.</summary>
    /// <param name="Reason">One sentence for the log, with the path and what to change. Never for a client.</param>
    /// <param name="NoDescriptor">Whether it was only for want of a free descriptor.</param>
    public sealed record Refused(string Reason, bool NoDescriptor = false) : SocketBinding;
}
