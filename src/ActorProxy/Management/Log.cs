using Microsoft.Extensions.Logging;

namespace ActorProxy.Management;

internal static partial class Log
{
    [LoggerMessage(EventName = "HEALTH_ACCEPT_FAILED", Level = LogLevel.Warning, Message = "{Address} {Error} {Count}")]
    public static partial void AcceptFailed(this ILogger logger, string address, string error, int count);

    [LoggerMessage(EventName = "HEALTH_SOCKET", Level = LogLevel.Information, Message = "listening {Path}")]
    public static partial void HealthSocketListens(ILogger logger, string path);

    [LoggerMessage(EventName = "HEALTH_SOCKET_REFUSED", Level = LogLevel.Error, Message = "{Path} {Reason}")]
    public static partial void HealthSocketRefused(ILogger logger, string path, string reason);

    [LoggerMessage(EventName = "HEALTH_SOCKET_LOST", Level = LogLevel.Warning, Message = "{Path} {Reason}")]
    public static partial void HealthSocketLost(ILogger logger, string path, string reason);

    [LoggerMessage(EventName = "HEALTH_SOCKET_REPAIRED", Level = LogLevel.Warning, Message = "{Path} {Found}")]
    public static partial void HealthSocketRepaired(ILogger logger, string path, string found);

    [LoggerMessage(EventName = "HEALTH_SOCKET_STOPPED", Level = LogLevel.Debug, Message = "{Path}")]
    public static partial void HealthSocketStopped(ILogger logger, string path);

    [LoggerMessage(EventName = "ADMIN_HTTP", Level = LogLevel.Information, Message = "{Command} {Outcome} {ErrorId} {DurationMs}")]
    public static partial void AdminHttp(this ILogger logger, string command, string outcome, string errorId, long durationMs);

    [LoggerMessage(EventName = "ADMIN_FAILED", Level = LogLevel.Error, Message = "{ErrorId} {Reason}")]
    public static partial void AdminFailed(this ILogger logger, string errorId, string reason);
}
