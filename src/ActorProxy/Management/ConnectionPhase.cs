namespace ActorProxy.Management;

/// <summary>What a management connection is doing; each phase has the same time limit.</summary>
internal enum ConnectionPhase
{
    /// <summary>Nothing of a request has come since it was accepted or since the last answer.</summary>
    Idle,

    /// <summary>A request has begun and is not complete.</summary>
    Reading,

    /// <summary>It is complete, and the client has not taken the whole answer.</summary>
    Answering,

    /// <summary>It is being closed.</summary>
    Ending,
}
