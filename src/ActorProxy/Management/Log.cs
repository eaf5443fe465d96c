using Microsoft.Extensions.Logging;

namespace ActorProxy.Management;

internal static partial class Log
{
    [LoggerMessage(EventName = "HEALTH_ACCEPT_FAILED", Level = LogLevel.Warning, Message = "{Address} {Error} {Count}")]
    public static partial void AcceptFailed(this ILogger logger, string address, string error, int count);
}
