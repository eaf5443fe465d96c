using Microsoft.AspNetCore.Http;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Decides who frames a response to an HTTP/1.1 client: Kestrel knows no trailers there, so chunks are ours to write.</summary>
internal static class ResponseFraming
{
    /// <summary>Whether the response is to go out in chunks that <see cref="ChunkedDownload"/> writes.</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="response">The upstream's answer, which is no tunnel.</param>
    public static bool IsOurs(HttpRequest request, HttpResponseMessage response) =>
        HttpProtocol.IsHttp11(request.Protocol)
        && !HttpMethods.IsHead(request.Method)
        && HasBody(response)
        && !response.Content.Headers.NonValidated.Contains("Content-Length");

    // RFC 9110 §6.4.1, and 205: Kestrel lets none of these have a body.
    private static bool HasBody(HttpResponseMessage response) => (int)response.StatusCode is >= 200 and not (204 or 205 or 304);
}
