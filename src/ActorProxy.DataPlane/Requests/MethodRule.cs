using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.DataPlane.Requests;

/// <summary>TRACE would show the proxy's own fields to the client, and CONNECT would make it an open relay.</summary>
internal static class MethodRule
{
    private const string WebSocket = "websocket";

    /// <returns>405 for TRACE, and for CONNECT unless it begins a WebSocket (RFC 8441); else <c>null</c>.</returns>
    public static int? Check(HttpContext context)
    {
        var method = context.Request.Method;
        var refused = HttpMethods.IsTrace(method) || (HttpMethods.IsConnect(method) && !BeginsWebSocket(context));
        return refused ? StatusCodes.Status405MethodNotAllowed : null;
    }

    private static bool BeginsWebSocket(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: { } protocol }
        && protocol.Equals(WebSocket, StringComparison.OrdinalIgnoreCase);
}
