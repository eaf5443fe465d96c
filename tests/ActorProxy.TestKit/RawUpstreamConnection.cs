using System.Net.Sockets;
using System.Text;

namespace ActorProxy.TestKit;

/// <summary>One connection of a <see cref="RawUpstream"/>. Text is Latin-1: one char a byte.</summary>
public sealed class RawUpstreamConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    internal RawUpstreamConnection(Socket socket, int number, CancellationToken stopping)
    {
        Number = number;
        _socket = socket;
        _socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Stopping = stopping;
    }

    /// <summary>1 for the first connection that was accepted.</summary>
    public int Number { get; }

    /// <summary>The connection itself, for scripts that speak TLS. Not to be mixed with the reads of this class.</summary>
    public Stream Stream => _stream;

    /// <summary>Ends when the upstream is disposed of.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Reads one request head.</summary>
    /// <returns>It, with the empty line; what came after it stays unread.</returns>
    public Task<string> ReadHeadAsync() => ReadUntilAsync("\r\n\r\n");

    /// <summary>Reads up to and with a mark.</summary>
    /// <exception cref="IOException">The connection ended before the mark.</exception>
    public async Task<string> ReadUntilAsync(string mark)
    {
        var text = new StringBuilder();
        while (true)
        {
            text.Append((char)await ReadByteAsync());
            if (text.Length >= mark.Length && text[^1] == mark[^1] && text.ToString(text.Length - mark.Length, mark.Length) == mark)
            {
                return text.ToString();
            }
        }
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public async Task<string> ReadAsync(int count)
    {
        var text = new StringBuilder(count);
        while (text.Length < count)
        {
            text.Append((char)await ReadByteAsync());
        }

        return text.ToString();
    }

    /// <summary>Reads until the peer closes or resets.</summary>
    /// <returns>What came, and whether the end was an orderly one.</returns>
    public async Task<(string Text, bool IsOrderly)> ReadToEndAsync()
    {
        var text = new StringBuilder();
        while (true)
        {
            try
            {
                text.Append((char)await ReadByteAsync());
            }
            catch (EndOfStreamException)
            {
                return (text.ToString(), true);
            }
            catch (IOException)
            {
                return (text.ToString(), false);
            }
        }
    }

    /// <summary>Sends at once.</summary>
    public async Task WriteAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), Stopping);

    /// <summary>Sends at once.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, Stopping);

    /// <summary>Closes with a reset rather than in order.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<byte> ReadByteAsync()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await _stream.ReadAsync(_buffer, Stopping);
            if (_end == 0)
            {
                throw new EndOfStreamException();
            }
        }

        return _buffer[_start++];
    }
}
