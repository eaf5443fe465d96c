using System.Net;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>An upstream's body, or the upgraded connection, under the exchange's clocks.</summary>
internal sealed class DownloadContent : HttpContent
{
    private readonly HttpContent _body;
    private readonly Exchange _exchange;
    private readonly Func<Stream, Stream> _frame;
    private readonly bool _upgraded;

    /// <param name="body">What the upstream sends.</param>
    /// <param name="exchange">Whose clocks.</param>
    /// <param name="upgraded">Whether it is a tunnel.</param>
    /// <param name="frame">Puts the client's framing around it.</param>
    public DownloadContent(HttpContent body, Exchange exchange, bool upgraded, Func<Stream, Stream> frame)
    {
        _body = body;
        _exchange = exchange;
        _upgraded = upgraded;
        _frame = frame;
        foreach (var (name, values) in body.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        _frame(new DownloadStream(await _body.ReadAsStreamAsync(cancellationToken), _exchange, _upgraded));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

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
