using ActorProxy.Core.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Traffic;

internal static partial class Log
{
    [LoggerMessage(EventName = "LISTENER_OPEN", Level = LogLevel.Information, Message = "{Address}")]
    public static partial void ListenerOpen(this ILogger logger, ListenAddress address);

    [LoggerMessage(EventName = "LISTENER_CLOSED", Level = LogLevel.Information, Message = "{Address}")]
    public static partial void ListenerClosed(this ILogger logger, ListenAddress address);

    [LoggerMessage(EventName = "LISTENER_DOWN", Level = LogLevel.Error, Message = "{Address}")]
    public static partial void ListenerDown(this ILogger logger, ListenAddress address);

    [LoggerMessage(EventName = "LISTENER_REFUSED", Level = LogLevel.Warning, Message = "{Address} {Reason}")]
    public static partial void ListenerRefused(this ILogger logger, ListenAddress address, string reason);

    [LoggerMessage(EventName = "LISTENER_DRAIN_FAILED", Level = LogLevel.Error, Message = "{Address}")]
    public static partial void DrainFailed(this ILogger logger, Exception cause, ListenAddress address);
}
