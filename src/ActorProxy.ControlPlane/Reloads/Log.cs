using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Reloads;

// One event has several shapes: an operator greps for one name.
#pragma warning disable SYSLIB1025
internal static partial class Log
{
    [LoggerMessage(EventName = "CONFIG_RELOAD", Level = LogLevel.Information, Message = "{Status} {Trigger} {Revision} {Sites} {DurationMs}")]
    public static partial void Applied(this ILogger logger, string status, string trigger, long revision, int sites, long durationMs);

    [LoggerMessage(
        EventName = "CONFIG_RELOAD", Level = LogLevel.Information, Message = "{Status} {Trigger} {Revision} {Sites} {DurationMs} {Changed}")]
    public static partial void Unchanged(
        this ILogger logger, string status, string trigger, long revision, int sites, long durationMs, string changed);

    [LoggerMessage(
        EventName = "CONFIG_RELOAD", Level = LogLevel.Error, Message = "{Status} {Trigger} {Revision} {DurationMs} {ErrorId} {Reason}")]
    public static partial void NotApplied(
        this ILogger logger, string status, string trigger, long revision, long durationMs, string errorId, string reason);

    [LoggerMessage(EventName = "CONFIG_PROBLEM", Level = LogLevel.Error, Message = "{ErrorId} {Line} {Column} {Message}")]
    public static partial void Problem(this ILogger logger, string errorId, int line, int column, string message);

    [LoggerMessage(EventName = "CONFIG_PROBLEM", Level = LogLevel.Error, Message = "{ErrorId} {More}")]
    public static partial void MoreProblems(this ILogger logger, string errorId, int more);

    [LoggerMessage(EventName = "CONFIG_WARNING", Level = LogLevel.Warning, Message = "{Line} {Column} {Message}")]
    public static partial void Warning(this ILogger logger, int line, int column, string message);

    [LoggerMessage(EventName = "RESTART_REQUIRED", Level = LogLevel.Warning, Message = "{Keys}")]
    public static partial void RestartRequired(this ILogger logger, string keys);

    [LoggerMessage(EventName = "CONFIG_UNCONFIRMED", Level = LogLevel.Warning, Message = "{Revision} {Seconds}")]
    public static partial void Unconfirmed(this ILogger logger, long revision, int seconds);

    [LoggerMessage(EventName = "CONFIG_CONFIRMED", Level = LogLevel.Information, Message = "{Revision}")]
    public static partial void Confirmed(this ILogger logger, long revision);

    [LoggerMessage(EventName = "CONFIG_INVALID", Level = LogLevel.Warning, Message = "{ErrorId} {Reason}")]
    public static partial void NotValid(this ILogger logger, string errorId, string reason);
}
