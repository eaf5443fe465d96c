namespace ActorProxy.Core.Linux;

/// <summary>What was found at the path of a bound socket.</summary>
public abstract record SocketFileState
{
    private SocketFileState()
    {
    }

    /// <summary>Our inode, as it should be.</summary>
    public sealed record Ours : SocketFileState;

    /// <summary>Our inode, with a mode or owner that was set right.</summary>
    /// <param name="Found">What it had, for the log.</param>
    public sealed record Repaired(string Found) : SocketFileState;

    /// <summary>Nothing, another file, or one that can't be set right: bind again.</summary>
    /// <param name="Reason">One sentence for the log.</param>
    public sealed record Lost(string Reason) : SocketFileState;
}
