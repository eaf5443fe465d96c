namespace ActorProxy.DataPlane.Forwarding;

/// <summary>What a request asks its connection to become.</summary>
internal enum UpgradeWish
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A WebSocket, over HTTP/1 or HTTP/2.</summary>
    WebSocket,

    /// <summary>Something else, by <c>Upgrade</c> over HTTP/1.</summary>
    Other,
}
