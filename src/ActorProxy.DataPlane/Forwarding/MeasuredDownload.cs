using ActorProxy.DataPlane.Forwarding.Http1;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>The body of an HTTP/2 upstream held to its <c>Content-Length</c>, which the general client does not do (RFC 9113 §8.1.1).</summary>
/// <param name="body">What the upstream sends.</param>
/// <param name="length">What it announced.</param>
internal sealed class MeasuredDownload(Stream body, long length) : UpstreamStream
{
    private long _left = length;

    /// <summary>The length that a body has to have; <c>null</c> when none was announced, or none follows.</summary>
    public static long? LengthOf(HttpRequestMessage request, HttpResponseMessage response) =>
        request.Method != HttpMethod.Head && (int)response.StatusCode is not (204 or 205 or 304) ? response.Content.Headers.ContentLength : null;

    /// <exception cref="UpstreamProtocolException">The body is shorter or longer than announced.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _left -= count;
        return _left < 0 || (count == 0 && _left > 0 && !buffer.IsEmpty)
            ? throw new UpstreamProtocolException("a body of another length than announced")
            : count;
    }

    public override ValueTask DisposeAsync() => body.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
