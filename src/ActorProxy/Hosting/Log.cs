using Microsoft.Extensions.Logging;

namespace ActorProxy.Hosting;

internal static partial class Log
{
    [LoggerMessage(EventName = "CONFIG_WARNING", Level = LogLevel.Warning, Message = "{Line} {Column} {Message}")]
    public static partial void ConfigWarning(this ILogger logger, int line, int column, string message);

    [LoggerMessage(EventName = "READY", Level = LogLevel.Information, Message = "{Version} {Revision} {Listeners} {Sites} {DurationMs}")]
    public static partial void Ready(this ILogger logger, string version, long revision, int listeners, int sites, long durationMs);

    [LoggerMessage(EventName = "STOPPING", Level = LogLevel.Information, Message = "{Reason}")]
    public static partial void Stopping(this ILogger logger, string reason);

    [LoggerMessage(EventName = "GAVE_UP", Level = LogLevel.Error, Message = "{Reason}")]
    public static partial void GaveUp(this ILogger logger, string reason);

    [LoggerMessage(EventName = "STOPPED", Level = LogLevel.Information, Message = "{ExitCode}")]
    public static partial void Stopped(this ILogger logger, int exitCode);

    [LoggerMessage(EventName = "STOPPED_AT_ONCE", Level = LogLevel.Warning, Message = "{Reason}")]
    public static partial void StoppedAtOnce(this ILogger logger, string reason);
}
