using System.Net;
using System.Net.Http;

namespace ActorProxy.Tests.DataPlane.Listeners;

/// <summary>A body that comes piece by piece.</summary>
internal sealed class DrippingContent(int pieces, int length, TimeSpan pause) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var piece = 0; piece < pieces; piece++)
        {
            await stream.WriteAsync(new byte[length], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(pause, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = pieces * length;
        return true;
    }
}
