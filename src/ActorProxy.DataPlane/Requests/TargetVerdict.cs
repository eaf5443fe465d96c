namespace ActorProxy.DataPlane.Requests;

/// <summary>What becomes of a request target.</summary>
internal enum TargetVerdict
{
    /// <summary>It may be forwarded.</summary>
    Good,

    /// <summary>400.</summary>
    Malformed,

    /// <summary>414.</summary>
    TooLong,
}
