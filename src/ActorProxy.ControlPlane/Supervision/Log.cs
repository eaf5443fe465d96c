using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Supervision;

internal static partial class Log
{
    [LoggerMessage(EventName = "ACTOR_FAILED", Level = LogLevel.Error, Message = "{Actor} {ErrorId}")]
    public static partial void ActorFailed(this ILogger logger, Exception cause, string actor, string errorId);

    [LoggerMessage(EventName = "ACTOR_REPLACED", Level = LogLevel.Error, Message = "{Actor} {ErrorId} {Reason}")]
    public static partial void ActorReplaced(this ILogger logger, string actor, string errorId, string reason);

    [LoggerMessage(EventName = "ACTOR_GAVE_UP", Level = LogLevel.Critical, Message = "{Actor} {Reason}")]
    public static partial void ActorGaveUp(this ILogger logger, string actor, string reason);

    [LoggerMessage(EventName = "DRILL", Level = LogLevel.Warning, Message = "{Actor} {Drill}")]
    public static partial void Drill(this ILogger logger, string actor, string drill);
}
