namespace ActorProxy.Core.Planes;

/// <summary>How an attempt to bind ended.</summary>
public abstract record BindResult
{
    private BindResult()
    {
    }

    /// <summary>The socket listens behind a closed gate, or was bound before.</summary>
    public sealed record Bound : BindResult;

    /// <summary>It could not be bound.</summary>
    /// <param name="Reason">One sentence for the log: the address, and what the kernel said.</param>
    public sealed record Refused(string Reason) : BindResult;
}
