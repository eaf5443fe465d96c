using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ActorProxy.DataPlane.Requests;

/// <summary>Every answer that the proxy gives in its own name. None says a word about what failed.</summary>
internal static class ErrorAnswer
{
    private const string ContentType = "text/plain; charset=utf-8";

    private static readonly FrozenDictionary<int, byte[]> Bodies = new Dictionary<int, string>
    {
        [StatusCodes.Status400BadRequest] = "Bad Request",
        [StatusCodes.Status404NotFound] = "Not Found",
        [StatusCodes.Status405MethodNotAllowed] = "Method Not Allowed",
        [StatusCodes.Status408RequestTimeout] = "Request Timeout",
        [StatusCodes.Status413PayloadTooLarge] = "Payload Too Large",
        [StatusCodes.Status414UriTooLong] = "URI Too Long",
        [StatusCodes.Status429TooManyRequests] = "Too Many Requests",
        [StatusCodes.Status431RequestHeaderFieldsTooLarge] = "Request Header Fields Too Large",
        [StatusCodes.Status502BadGateway] = "Bad Gateway",
        [StatusCodes.Status504GatewayTimeout] = "Gateway Timeout",
    }.ToFrozenDictionary(body => body.Key, body => Encoding.ASCII.GetBytes(body.Value));

    public static bool Has(int status) => Bodies.ContainsKey(status);

    /// <summary>Answers with the status's body, whatever was set before. The response must not have started.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">One of the contract's.</param>
    /// <param name="retryAfter">For 429: when there is a token again.</param>
    public static async Task WriteAsync(HttpContext context, int status, TimeSpan retryAfter = default)
    {
        var body = Bodies[status];
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        if (status == StatusCodes.Status429TooManyRequests)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (EndsConnection(status) && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>The same answer as the bytes of HTTP/1.1.</summary>
    /// <param name="status">One that tells nothing more than itself.</param>
    /// <param name="isHead">Whether HEAD asked.</param>
    /// <param name="closes">Whether the connection ends with it.</param>
    /// <param name="date">The date, as a line.</param>
    public static byte[] Compose(int status, bool isHead, bool closes, ReadOnlySpan<byte> date)
    {
        var body = Bodies[status];
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {Encoding.ASCII.GetString(body)}\r\nContent-Type: {ContentType}\r\nContent-Length: {body.Length}\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. date, .. closes ? "Connection: close\r\n\r\n"u8 : "\r\n"u8, .. isHead ? [] : body];
    }

    // After these it is not known where the next request would begin.
    private static bool EndsConnection(int status) =>
        status is StatusCodes.Status400BadRequest or StatusCodes.Status408RequestTimeout;
}
