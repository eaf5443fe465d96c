using System.Net;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>The content of an answer: one stream, read once. A tunnel's is written to as well.</summary>
internal sealed class AnswerContent : HttpContent
{
    private Stream _stream = Stream.Null;

    /// <summary>The body; <see cref="Stream.Null"/> when there is none.</summary>
    public Stream Attached => _stream;

    /// <summary>Sets the body, or wraps it.</summary>
    public void Attach(Stream stream) => _stream = stream;

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => _stream;

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(_stream);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _stream.CopyToAsync(stream, cancellationToken);

    /// <summary>Not computed: what the upstream said stands in the headers, also where no body follows (HEAD, 304).</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
