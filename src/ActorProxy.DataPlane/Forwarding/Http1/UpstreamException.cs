namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>An HTTP/1.1 exchange that failed, and why.</summary>
internal sealed class UpstreamException(UpstreamFailureKind kind, string message, Exception? inner = null)
    : HttpRequestException(ErrorOf(kind), message, inner)
{
    public UpstreamFailureKind Kind { get; } = kind;

    /// <summary>The pooled connection was found closed before any byte of an answer, and the request may be sent once more.</summary>
    public bool MayRetry { get; init; }

    /// <summary>The request's whole body, for that; <c>null</c> when it was not begun or there is none.</summary>
    public byte[]? SentBody { get; init; }

    public static UpstreamException Protocol(string message) => new(UpstreamFailureKind.Protocol, message);

    public static UpstreamException InvalidRequest(string message) => new(UpstreamFailureKind.InvalidRequest, message);

    private static HttpRequestError ErrorOf(UpstreamFailureKind kind) => kind switch
    {
        UpstreamFailureKind.Closed => HttpRequestError.ResponseEnded,
        UpstreamFailureKind.Protocol => HttpRequestError.InvalidResponse,
        UpstreamFailureKind.NoFreeConnection => HttpRequestError.ConnectionError,
        _ => HttpRequestError.Unknown,
    };
}
