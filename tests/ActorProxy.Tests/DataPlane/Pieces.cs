using System.Text;
using System.Threading.Channels;

namespace ActorProxy.Tests.DataPlane;

/// <summary>A request body whose pieces a test sends one at a time, for as long as it likes.</summary>
internal sealed class Pieces
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();

    public Pieces() => Content = new PushContent(WriteAsync);

    public HttpContent Content { get; }

    public ValueTask SendAsync(string piece) => _pieces.Writer.WriteAsync(piece);

    public void End() => _pieces.Writer.TryComplete();

    private async Task WriteAsync(Stream stream)
    {
        await foreach (var piece in _pieces.Reader.ReadAllAsync())
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(piece));
            await stream.FlushAsync();
        }
    }
}
