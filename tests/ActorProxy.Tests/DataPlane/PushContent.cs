using System.Net;

namespace ActorProxy.Tests.DataPlane;

/// <summary>A body that a test writes piece by piece; each piece is flushed.</summary>
internal sealed class PushContent(Func<Stream, Task> write) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.FlushAsync();
        await write(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
