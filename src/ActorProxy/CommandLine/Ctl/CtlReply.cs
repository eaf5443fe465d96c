namespace ActorProxy.CommandLine.Ctl;

/// <summary>What came of a command.</summary>
internal abstract record CtlReply
{
    private CtlReply()
    {
    }

    /// <summary>A line came back.</summary>
    public sealed record Line(string Text) : CtlReply;

    /// <summary>None did.</summary>
    /// <param name="Reason">One sentence.</param>
    /// <param name="IsCrowded">It may work in a moment.</param>
    public sealed record Unreachable(string Reason, bool IsCrowded = false) : CtlReply;
}
