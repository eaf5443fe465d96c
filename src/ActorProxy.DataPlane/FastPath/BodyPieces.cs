using System.Buffers;
using System.Buffers.Text;
using ActorProxy.DataPlane.Forwarding.Http1;

namespace ActorProxy.DataPlane.FastPath;

/// <summary>A body on its way to the client, a piece at a time, framed where it was read to. Chunks, when there is no length (RFC 9112 §7.1).</summary>
internal sealed class BodyPieces(bool isChunked)
{
    // As much as SslStream encrypts at once.
    private const int Size = 32 * 1024;

    // Four digits of a size and its line end before the data; behind it a line end, and the last chunk with nothing but its end.
    private const int Before = 6;
    private const int Behind = 7;

    private byte[]? _buffer;

    /// <summary>Where the next piece goes. Given back by <see cref="Return"/>.</summary>
    public Memory<byte> Space
    {
        get
        {
            _buffer ??= ArrayPool<byte>.Shared.Rent(Size);
            return isChunked ? _buffer.AsMemory(Before, Size - Before - Behind) : _buffer.AsMemory(0, Size);
        }
    }

    /// <summary>What to send of a piece.</summary>
    /// <param name="count">Its bytes, in <see cref="Space"/>.</param>
    /// <param name="trailers">Trailers as lines.</param>
    /// <param name="isLast">Whether the body ends with it.</param>
    public ReadOnlyMemory<byte> Frame(int count, ReadOnlySpan<byte> trailers, bool isLast)
    {
        if (!isChunked)
        {
            return _buffer.AsMemory(0, count);
        }

        var bytes = _buffer.AsSpan();
        var start = Before;
        var end = Before + count;
        if (count > 0)
        {
            start = 0;
            Utf8Formatter.TryFormat(count, bytes, out _, new StandardFormat('x', Before - 2));
            "\r\n"u8.CopyTo(bytes[(Before - 2)..]);
            end += Append("\r\n"u8, end);
        }

        if (isLast)
        {
            end += Append("0\r\n"u8, end);
            end += Append(trailers, end);
            end += Append("\r\n"u8, end);
        }

        return _buffer.AsMemory(start, end - start);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Return()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int Append(ReadOnlySpan<byte> bytes, int at)
    {
        if (_buffer!.Length - at < bytes.Length + 2)
        {
            var larger = ArrayPool<byte>.Shared.Rent(at + bytes.Length + 2);
            _buffer.AsSpan(0, at).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(at));
        return bytes.Length;
    }
}
