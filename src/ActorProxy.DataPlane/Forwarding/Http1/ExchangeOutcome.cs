namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>How an exchange ended.</summary>
internal enum ExchangeOutcome
{
    /// <summary>Not yet, or it was decided before.</summary>
    Undecided,

    /// <summary>Request and answer have both ended exactly.</summary>
    Exact,

    /// <summary>One of them never will.</summary>
    Broken,
}
