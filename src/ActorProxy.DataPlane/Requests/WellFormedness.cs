using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.DataPlane.Requests;

/// <summary>
/// The first step: is this a request at all? Reads host and target on the way. HTTP/1 heads have been through the guard before
/// Kestrel; of HTTP/2 this is the only check beside Kestrel's own.
/// </summary>
internal static class WellFormedness
{
    private const int MaxFields = 100;
    private const int MaxFieldBytes = 32 * 1024;

    // What stands around a field on an HTTP/1 line: ": " and CRLF. The limit is the same over both versions.
    private const int FieldOverhead = 4;

    // RFC 9113 §8.2.2: a message with one of them is malformed. Kestrel refuses `connection` itself.
    private static readonly string[] ForbiddenOverHttp2 = ["Transfer-Encoding", "Keep-Alive", "Proxy-Connection", "Upgrade"];

    /// <summary>Reads the head.</summary>
    /// <returns>The status that refuses it; <c>null</c> when it is well-formed.</returns>
    public static int? Check(HttpContext context, RequestScope request)
    {
        // Both before anything is refused: the line of a refused request names what could be read.
        ReadTarget(context, request);
        var hasHost = TryReadHost(context.Request, request);
        if (HttpProtocol.IsHttp2(context.Request.Protocol) && CheckHttp2Fields(context.Request) is { } status)
        {
            return status;
        }

        if (!hasHost || !FieldSyntax.IsToken(context.Request.Method))
        {
            return StatusCodes.Status400BadRequest;
        }

        // A plain CONNECT has no target of its own; it is refused by its method.
        return IsPlainConnect(context) ? null : RequestTarget.Check(request.Target, context.Request.Method) switch
        {
            TargetVerdict.Good => null,
            TargetVerdict.TooLong => StatusCodes.Status414UriTooLong,
            _ => StatusCodes.Status400BadRequest,
        };
    }

    private static void ReadTarget(HttpContext context, RequestScope request)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        request.Target = HttpProtocol.IsHttp2(context.Request.Protocol) ? raw : RequestTarget.Reduce(raw, context.Request.Method);
    }

    private static bool TryReadHost(HttpRequest head, RequestScope request)
    {
        var hosts = head.Headers.Host;
        if (hosts.Count != 1 || !Authority.TryRead(hosts.ToString(), out var authority))
        {
            return false;
        }

        Span<char> buffer = stackalloc char[256];
        var host = authority.Host.Length <= buffer.Length
            ? authority.LowerHost(buffer)
            : authority.LowerHost(new char[authority.Host.Length]);
        request.Route = request.Table.FindSite(host, request.HttpsAddress);
        request.Host = request.Route?.Site.Host ?? host.ToString();
        return true;
    }

    private static bool IsPlainConnect(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method)
        && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true };

    private static int? CheckHttp2Fields(HttpRequest head)
    {
        if (head.Scheme is not ("http" or "https"))
        {
            return StatusCodes.Status400BadRequest;
        }

        var fields = 0;
        var bytes = 0;
        foreach (var (name, values) in head.Headers)
        {
            if (!FieldSyntax.IsToken(name))
            {
                return StatusCodes.Status400BadRequest;
            }

            foreach (var value in values)
            {
                fields++;
                bytes += name.Length + (value?.Length ?? 0) + FieldOverhead;
                if (!FieldSyntax.IsHttp2Value(value))
                {
                    return StatusCodes.Status400BadRequest;
                }
            }
        }

        return fields > MaxFields || bytes > MaxFieldBytes ? StatusCodes.Status431RequestHeaderFieldsTooLarge
            : Array.Exists(ForbiddenOverHttp2, head.Headers.ContainsKey) ? StatusCodes.Status400BadRequest
            : null;
    }
}
