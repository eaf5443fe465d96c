using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Forwarding;

internal static partial class Log
{
    // What exactly broke is for who looks for it: the UPSTREAM_ERROR line has said the word already.
    [LoggerMessage(EventName = "UPSTREAM_FAILURE", Level = LogLevel.Debug, Message = "{Host} {Upstream}")]
    public static partial void UpstreamFailed(this ILogger logger, Exception? cause, string host, string upstream);
}
