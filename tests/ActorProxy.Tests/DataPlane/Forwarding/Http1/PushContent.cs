using System.Net;
using System.Text;
using ActorProxy.DataPlane.Forwarding.Http1;
using Microsoft.Extensions.Primitives;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>A body of unknown length, written as a test tells, each push one write.</summary>
internal sealed class PushContent(Func<Func<string, Task>, Task> write) : HttpContent, IHasTrailers
{
    /// <summary>How often it was asked for.</summary>
    public int Started { get; private set; }

    public IEnumerable<KeyValuePair<string, StringValues>> Trailers { get; init; } = [];

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Started++;
        await stream.FlushAsync(cancellationToken);
        await write(async text =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }).WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
