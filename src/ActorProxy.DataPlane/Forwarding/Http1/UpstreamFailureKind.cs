namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Why an exchange with an upstream failed after (or instead of) a connect. Failed connects keep their own exceptions.</summary>
internal enum UpstreamFailureKind
{
    /// <summary>The connection ended before the answer did.</summary>
    Closed,

    /// <summary>The answer breaks a rule of HTTP/1.1 that could give it two readings.</summary>
    Protocol,

    /// <summary>No upstream connection became free in time: the only kind that is a time-out.</summary>
    NoFreeConnection,

    /// <summary>The client's body failed or ended early; the request was broken off, never ended.</summary>
    RequestBody,

    /// <summary>The answer has ended, or the upstream reads no more: the rest of the upload has no taker.</summary>
    UploadStopped,

    /// <summary>The message can't be written as HTTP/1.1 without changing its meaning.</summary>
    InvalidRequest,
}
