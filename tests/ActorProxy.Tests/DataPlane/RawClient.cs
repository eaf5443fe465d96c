using System.Net.Sockets;
using System.Text;
using Xunit;

namespace ActorProxy.Tests.DataPlane;

/// <summary>A client that sends exactly what it is told. Text is Latin-1: one char a byte.</summary>
internal sealed class RawClient(Stream stream, Socket? socket = null) : IAsyncDisposable
{
    public Stream Stream { get; } = stream;

    // What hangs fails where it hangs.
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(40));

    private CancellationToken Stop => _deadline.Token;

    public async Task SendAsync(string text)
    {
        await Stream.WriteAsync(Encoding.Latin1.GetBytes(text), Stop);
        await Stream.FlushAsync(Stop);
    }

    /// <summary>Reads up to and with a mark.</summary>
    public async Task<string> ReadUntilAsync(string mark)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(mark, StringComparison.Ordinal))
        {
            await Stream.ReadExactlyAsync(one, Stop);
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    public Task<string> ReadHeadAsync() => ReadUntilAsync("\r\n\r\n");

    /// <summary>Reads to the end of the connection, however it ends.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var bytes = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(bytes, Stop);
        }
        catch (IOException)
        {
            // A reset is an end as well.
        }

        return Encoding.Latin1.GetString(bytes.ToArray());
    }

    /// <summary>Leaves: <c>close</c>, <c>shutdown</c> (nothing more is sent, and no word said of it in TLS) or <c>reset</c>.</summary>
    public async Task VanishAsync(string way)
    {
        if (way == "shutdown")
        {
            socket!.Shutdown(SocketShutdown.Send);
            return;
        }

        if (way == "reset")
        {
            socket!.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }

        await Stream.DisposeAsync();
    }

    public ValueTask DisposeAsync()
    {
        _deadline.Dispose();
        return Stream.DisposeAsync();
    }
}
