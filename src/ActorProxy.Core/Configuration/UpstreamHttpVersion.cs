namespace ActorProxy.Core.Configuration;

/// <summary><c>upstream_http_version</c>.</summary>
public enum UpstreamHttpVersion
{
    /// <summary>HTTP/1.1.</summary>
    Http11,

    /// <summary>HTTP/2: by prior knowledge in clear, by ALPN over TLS.</summary>
    Http2,
}
