using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Carries the fields of an upstream's answer over to the client's response.</summary>
internal static class ResponseFields
{
    private const string ContentLength = "Content-Length";

    /// <exception cref="UpstreamProtocolException">It can be read in two ways.</exception>
    public static void Copy(HttpResponseMessage from, HttpResponse to)
    {
        var hasLengths = from.Content.Headers.NonValidated.TryGetValues(ContentLength, out var lengths);
        if (hasLengths && (lengths.Count > 1 || from.Headers.NonValidated.Contains("Transfer-Encoding")))
        {
            throw new UpstreamProtocolException("more than one length");
        }

        var connection = new ConnectionField(Values(from.Headers, "Connection"));
        CopyAll(from.Headers, connection, to.Headers);
        CopyAll(from.Content.Headers, connection, to.Headers);
        if (from.StatusCode is < HttpStatusCode.OK or HttpStatusCode.NoContent)
        {
            // RFC 9110 §8.6: never there.
            to.Headers.ContentLength = null;
        }
    }

    public static void CopyTrailers(HttpResponseHeaders from, IHeaderDictionary to)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (TrailerRules.MayPass(name))
            {
                to[name] = ToStringValues(values);
            }
        }
    }

    private static void CopyAll(HttpHeaders from, ConnectionField connection, IHeaderDictionary to)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (FieldRules.MayReachClient(name) && !connection.Names(name))
            {
                to[name] = ToStringValues(values);
            }
        }
    }

    private static StringValues Values(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? ToStringValues(values) : default;

    private static StringValues ToStringValues(HeaderStringValues values) =>
        values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
}
