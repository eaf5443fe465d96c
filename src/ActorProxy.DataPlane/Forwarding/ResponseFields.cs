using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Carries the fields of an upstream's answer over to the client's response.</summary>
internal static class ResponseFields
{
    private const string ContentLength = "Content-Length";

    // RFC 9113 §8.2.2: a message with one of them is malformed.
    private static readonly string[] ForbiddenOverHttp2 = ["Connection", "Transfer-Encoding", "Keep-Alive", "Proxy-Connection", "Upgrade"];

    /// <exception cref="UpstreamProtocolException">It can be read in two ways.</exception>
    public static void Copy(HttpResponseMessage from, HttpResponse to)
    {
        if (from.Version >= HttpVersion.Version20)
        {
            CheckHttp2(from);
        }

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
        else if (from.StatusCode == HttpStatusCode.ResetContent)
        {
            // RFC 9110 §15.3.6: no content, and its length says so. What came is dropped.
            to.Headers.ContentLength = 0;
        }
    }

    public static void CopyTrailers(HttpResponseHeaders from, IHeaderDictionary to)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (TrailerRules.MayPass(name))
            {
                CheckValues(values);
                to[name] = ToStringValues(values);
            }
        }
    }

    // Of HTTP/1.1 all this has been checked where it was read.
    private static void CheckHttp2(HttpResponseMessage message)
    {
        if (Array.Exists(ForbiddenOverHttp2, message.Headers.NonValidated.Contains))
        {
            throw new UpstreamProtocolException("a field of HTTP/1.1");
        }

        foreach (var (_, values) in message.Headers.NonValidated)
        {
            CheckValues(values);
        }

        foreach (var (_, values) in message.Content.Headers.NonValidated)
        {
            CheckValues(values);
        }
    }

    private static void CheckValues(HeaderStringValues values)
    {
        foreach (var value in values)
        {
            if (!AnswerEncoding.IsGood(value))
            {
                throw new UpstreamProtocolException("a control byte in a field");
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
