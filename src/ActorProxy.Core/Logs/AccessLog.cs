using ActorProxy.Core.Clients;
using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Logs;

/// <summary>Writes the data plane's lines: no string is made and nothing is boxed on the way.</summary>
public sealed class AccessLog : IAccessLog
{
    private readonly LogQueue _queue;
    private readonly TimeProvider _time;
    private readonly LineBudget _refusals = new();

    /// <summary>Writes to a queue.</summary>
    /// <param name="queue">Where the lines go.</param>
    /// <param name="time">The queue's clock.</param>
    public AccessLog(LogQueue queue, TimeProvider time)
    {
        _queue = queue;
        _time = time;
    }

    /// <inheritdoc/>
    public void Request(in RequestLine request)
    {
        if (!_queue.IsEnabled(LogLevelName.Info))
        {
            return;
        }

        var line = _queue.Begin(LogLevelName.Info, "REQUEST"u8);
        line.Address("client_ip"u8, request.ClientIp);
        line.Raw("host"u8, request.Host);
        line.Raw("method"u8, request.Method);
        line.Path("path"u8, request.Path);
        line.Number("status"u8, request.Status);
        line.Raw("upstream"u8, request.Upstream);
        line.Number("duration_ms"u8, (long)request.Duration.TotalMilliseconds);
        line.Number("revision"u8, request.Revision);
        _queue.Write(ref line);
    }

    /// <inheritdoc/>
    public void RateLimited(in RequestLine request)
    {
        var now = _time.GetUtcNow();
        if (!_queue.IsEnabled(LogLevelName.Warn)
            || !_refusals.TryTake(ClientPrefix.Of(request.ClientIp), now.ToUnixTimeMilliseconds(), out var suppressed))
        {
            return;
        }

        var line = _queue.Begin(LogLevelName.Warn, "RATE_LIMIT"u8, now);
        line.Address("client_ip"u8, request.ClientIp);
        line.Raw("host"u8, request.Host);
        line.Path("path"u8, request.Path);
        line.Number("status"u8, request.Status);
        if (suppressed > 0)
        {
            line.Number("suppressed"u8, suppressed);
        }

        _queue.Write(ref line);
    }

    /// <inheritdoc/>
    public void UpstreamError(string host, string upstream, string error)
    {
        if (!_queue.IsEnabled(LogLevelName.Warn))
        {
            return;
        }

        var line = _queue.Begin(LogLevelName.Warn, "UPSTREAM_ERROR"u8);
        line.Raw("host"u8, host);
        line.Raw("upstream"u8, upstream);
        line.Raw("error"u8, error);
        _queue.Write(ref line);
    }
}
