using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using Microsoft.AspNetCore.Http;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>Logs and counts the requests of HTTP/2 that Kestrel refuses before anybody else sees them: a malformed host or path, say.</summary>
internal sealed class RefusedStreams(LiveRouting live, IAccessLog log, ProxyMetrics metrics)
{
    /// <summary>A stream was refused, and nothing of its head is known.</summary>
    public void Report(ClientConnection client)
    {
        metrics.UnknownHost.Begin();
        metrics.UnknownHost.End(StatusCodes.Status400BadRequest, TimeSpan.Zero);
        log.Request(new RequestLine
        {
            ClientIp = client.ClientIp,
            Host = "",
            Method = "",
            Path = "",
            Status = StatusCodes.Status400BadRequest,
            Revision = live.Current.Revision,
        });
    }
}
