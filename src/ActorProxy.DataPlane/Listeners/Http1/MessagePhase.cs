namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>What the next byte of a connection belongs to.</summary>
internal enum MessagePhase
{
    Head,
    FixedBody,
    ChunkedBody,

    /// <summary>Nobody knows before the upgrade has been answered: nothing is shown.</summary>
    Undecided,
}
