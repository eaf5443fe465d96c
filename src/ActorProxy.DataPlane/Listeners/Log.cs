using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Listeners;

internal static partial class Log
{
    [LoggerMessage(EventName = "ACCEPT_FAILED", Level = LogLevel.Warning, Message = "{Listener} {Error} {Count}")]
    public static partial void AcceptFailed(ILogger logger, string listener, string error, long count);

    [LoggerMessage(EventName = "LISTENER_FAILED", Level = LogLevel.Error, Message = "{Listener}")]
    public static partial void ListenerFailed(ILogger logger, string listener, Exception cause);

    [LoggerMessage(EventName = "CONNECTIONS_CUT", Level = LogLevel.Warning, Message = "{Listener} {Count}")]
    public static partial void ConnectionsCut(ILogger logger, string listener, int count);

    [LoggerMessage(EventName = "HTTP2_ABUSE", Level = LogLevel.Warning, Message = "{ClientIp} {Reason}")]
    public static partial void Http2Abuse(ILogger logger, string clientIp, string reason);

    [LoggerMessage(EventName = "TLS_HANDSHAKE_FAILED", Level = LogLevel.Debug, Message = "{ClientIp} {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string clientIp, string reason);
}
