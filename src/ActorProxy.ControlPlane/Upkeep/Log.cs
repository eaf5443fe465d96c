using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Upkeep;

internal static partial class Log
{
    [LoggerMessage(EventName = "SIGNAL", Level = LogLevel.Information, Message = "{Signal}")]
    public static partial void Signal(this ILogger logger, string signal);

    [LoggerMessage(EventName = "LOG_LEVEL", Level = LogLevel.Information, Message = "{Level}")]
    public static partial void LevelSet(this ILogger logger, string level);

    [LoggerMessage(EventName = "CONFIG_DRIFT", Level = LogLevel.Warning, Message = "{Drift}")]
    public static partial void Drifted(this ILogger logger, string drift);

    [LoggerMessage(EventName = "CONFIG_DRIFT_ENDED", Level = LogLevel.Information, Message = "{Drift}")]
    public static partial void DriftEnded(this ILogger logger, string drift);

    [LoggerMessage(EventName = "CERTIFICATE_EXPIRES", Level = LogLevel.Warning, Message = "{Listener} {NotAfter} {DaysLeft}")]
    public static partial void CertificateExpires(this ILogger logger, string listener, string notAfter, int daysLeft);

    [LoggerMessage(EventName = "DESCRIPTORS_LOW", Level = LogLevel.Warning, Message = "{Open} {Limit} {Percent}")]
    public static partial void DescriptorsLow(this ILogger logger, long open, long limit, int percent);
}
