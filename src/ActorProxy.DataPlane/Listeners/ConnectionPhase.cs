namespace ActorProxy.DataPlane.Listeners;

/// <summary>Which clock a connection is under.</summary>
internal enum ConnectionPhase
{
    /// <summary>The TLS handshake has not ended.</summary>
    Handshake,

    /// <summary>Requests may come.</summary>
    Serving,

    /// <summary>It was asked to end, and has a short time left for it.</summary>
    Ending,

    /// <summary>As <see cref="Ending"/>, whatever is in flight.</summary>
    Condemned,
}
