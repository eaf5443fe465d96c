namespace ActorProxy.Core.Logs;

/// <summary>Where the data plane writes its lines. Never blocks, never throws, keeps nothing of what it is given.</summary>
public interface IAccessLog
{
    /// <summary>One REQUEST line.</summary>
    /// <param name="line">The request.</param>
    void Request(in RequestLine line);

    /// <summary>One RATE_LIMIT line, at most 5 per client and second; the next one counts those left out.</summary>
    /// <param name="line">The refused request.</param>
    void RateLimited(in RequestLine line);

    /// <summary>One UPSTREAM_ERROR line.</summary>
    /// <param name="host">The site.</param>
    /// <param name="upstream">The upstream as configured.</param>
    /// <param name="error">One word of a fixed set, such as <c>connection_refused</c>.</param>
    void UpstreamError(string host, string upstream, string error);
}
