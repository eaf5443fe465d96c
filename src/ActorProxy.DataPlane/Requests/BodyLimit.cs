using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ActorProxy.DataPlane.Requests;

/// <summary>
/// Refuses a body whose length is known and too large, and takes Kestrel's own limits off the others: the contract's are
/// kept while the body is forwarded.
/// </summary>
internal static class BodyLimit
{
    public static int? Check(HttpContext context, RequestScope request)
    {
        if (context.Request.ContentLength > request.Table.Config.Body.LimitBytes)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            // Over HTTP/2 Kestrel would end the whole connection, and over HTTP/1 also when the response has begun.
            rate.MinDataRate = null;
        }

        return null;
    }
}
