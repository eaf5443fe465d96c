using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Reads the upgrade that a request asks for. HTTP/2 in clear is never offered to an upstream: it would speak past the checks.</summary>
internal static class UpgradeRules
{
    private const string CleartextHttp2 = "h2c";

    /// <summary>Takes <c>h2c</c> out of the request's <c>Upgrade</c> and says what is left.</summary>
    public static UpgradeWish Read(HttpContext context)
    {
        if (HttpMethods.IsConnect(context.Request.Method))
        {
            return UpgradeWish.WebSocket;
        }

        if (context.Request.Headers.Upgrade.Count == 0 || context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
        {
            return UpgradeWish.None;
        }

        var wanted = context.Request.Headers.GetCommaSeparatedValues("Upgrade");
        if (Array.Exists(wanted, IsCleartextHttp2))
        {
            wanted = Array.FindAll(wanted, protocol => !IsCleartextHttp2(protocol));
            context.Request.Headers.Upgrade = string.Join(", ", wanted);
        }

        return wanted switch
        {
            [] => UpgradeWish.None,
            [var only] when only.Equals("websocket", StringComparison.OrdinalIgnoreCase) => UpgradeWish.WebSocket,
            _ => UpgradeWish.Other,
        };
    }

    private static bool IsCleartextHttp2(string protocol) => protocol.Equals(CleartextHttp2, StringComparison.OrdinalIgnoreCase);
}
