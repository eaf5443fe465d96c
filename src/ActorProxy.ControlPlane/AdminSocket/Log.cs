using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.AdminSocket;

internal static partial class Log
{
    [LoggerMessage(
        EventName = "ADMIN",
        Level = LogLevel.Information,
        Message = "{PeerUid} {PeerGid} {PeerPid} {Command} {Outcome} {DurationMs}")]
    public static partial void Served(
        this ILogger logger, uint peerUid, uint peerGid, int peerPid, string command, string outcome, long durationMs);

    [LoggerMessage(
        EventName = "ADMIN",
        Level = LogLevel.Warning,
        Message = "{PeerUid} {PeerGid} {PeerPid} {Command} {Outcome} {DurationMs} {ErrorId}")]
    public static partial void Failed(
        this ILogger logger, uint peerUid, uint peerGid, int peerPid, string command, string outcome, long durationMs, string errorId);

    [LoggerMessage(
        EventName = "ADMIN",
        Level = LogLevel.Warning,
        Message = "{PeerUid} {PeerGid} {PeerPid} {Command} {Outcome} {DurationMs}")]
    public static partial void Refused(
        this ILogger logger, uint peerUid, uint peerGid, int peerPid, string command, string outcome, long durationMs);

    [LoggerMessage(
        EventName = "ADMIN",
        Level = LogLevel.Warning,
        Message = "{PeerUid} {PeerGid} {PeerPid} {Command} {Outcome} {DurationMs} {Suppressed}")]
    public static partial void RefusedAfterOthers(
        this ILogger logger, uint peerUid, uint peerGid, int peerPid, string command, string outcome, long durationMs, long suppressed);

    [LoggerMessage(EventName = "ADMIN_SOCKET", Level = LogLevel.Information, Message = "{Status} {Path}")]
    public static partial void SocketBound(this ILogger logger, string path, string status = "bound");

    [LoggerMessage(EventName = "ADMIN_SOCKET", Level = LogLevel.Warning, Message = "{Status} {Message}")]
    public static partial void SocketNote(this ILogger logger, string message, string status = "note");

    [LoggerMessage(EventName = "ADMIN_SOCKET", Level = LogLevel.Warning, Message = "{Status} {Path} {Found}")]
    public static partial void SocketRepaired(this ILogger logger, string path, string found, string status = "repaired");

    [LoggerMessage(EventName = "ADMIN_SOCKET", Level = LogLevel.Warning, Message = "{Status} {Reason}")]
    public static partial void SocketLost(this ILogger logger, string reason, string status = "lost");

    [LoggerMessage(EventName = "ADMIN_SOCKET", Level = LogLevel.Error, Message = "{Status} {Reason}")]
    public static partial void SocketRefused(this ILogger logger, string reason, string status = "refused");

    [LoggerMessage(EventName = "ADMIN_ACCEPT_FAILED", Level = LogLevel.Warning, Message = "{Errno} {Count}")]
    public static partial void AcceptFailed(this ILogger logger, int errno, long count);

    [LoggerMessage(EventName = "ADMIN_FAILED", Level = LogLevel.Error, Message = "{ErrorId} {Reason}")]
    public static partial void Story(this ILogger logger, Exception? cause, string errorId, string reason);
}
