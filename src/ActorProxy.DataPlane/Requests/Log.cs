using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Requests;

internal static partial class Log
{
    [LoggerMessage(EventName = "REQUEST_FAILED", Level = LogLevel.Error, Message = "")]
    public static partial void RequestFailed(this ILogger logger, Exception failure);
}
