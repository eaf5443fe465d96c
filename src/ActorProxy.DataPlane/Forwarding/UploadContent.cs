using System.Net;
using ActorProxy.DataPlane.Forwarding.Http1;
using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>The client's body on its way: every piece is counted, noted by the clocks and flushed.</summary>
internal sealed class UploadContent : HttpContent, IHasTrailers
{
    private readonly HttpContent _body;
    private readonly Exchange _exchange;
    private readonly TimeProvider _time;

    public UploadContent(HttpContent body, Exchange exchange, TimeProvider time)
    {
        _body = body;
        _exchange = exchange;
        _time = time;
        foreach (var (name, values) in body.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    public IEnumerable<KeyValuePair<string, StringValues>> Trailers => _exchange.RequestTrailers;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _exchange.Clock.Sending();
        _exchange.Clock.UploadBegan();
        _exchange.HasUploadBegun = true;
        var upload = new UploadStream(stream, _exchange, _time);
        try
        {
            await _body.CopyToAsync(upload, context, cancellationToken);
            // The forwarder's content keeps what failed at our side to itself: a body cut short would end as if it were whole.
            upload.Failure?.Throw();
            _exchange.CheckTrailers();
        }
        finally
        {
            _exchange.Clock.UploadEnded();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
        }

        base.Dispose(disposing);
    }
}
