using System.Net;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Carries the fields that describe content for a request that has none, such as a GET with a <c>Content-Type</c>.</summary>
internal sealed class BodilessContent : HttpContent
{
    public BodilessContent(Exchange exchange)
    {
        foreach (var (name, values) in exchange.ContentFields ?? [])
        {
            Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }
}
