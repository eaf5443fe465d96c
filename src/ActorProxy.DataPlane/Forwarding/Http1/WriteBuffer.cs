using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Bytes on their way out, in one pooled array that grows. A struct that is moved on, and then used by its new owner alone.</summary>
internal struct WriteBuffer
{
    private const int FirstSize = 4096;

    private byte[]? _bytes;
    private int _length;

    public readonly bool IsEmpty => _length == 0;

    public readonly ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Writes characters as the bytes that they stand for.</summary>
    /// <exception cref="UpstreamException">One stands for none (above 0xff), or for the end of a line.</exception>
    public void WriteLatin1(string text)
    {
        var space = Reserve(text.Length);
        if (Ascii.FromUtf16(text, space, out var written) != OperationStatus.Done)
        {
            for (var i = written; i < text.Length; i++)
            {
                space[i] = text[i] <= 0xff ? (byte)text[i] : throw UpstreamException.InvalidRequest("A field of the request is not Latin-1.");
            }
        }

        if (text.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            throw UpstreamException.InvalidRequest("A field of the request has a line end or a NUL.");
        }

        _length += text.Length;
    }

    public void WriteHex(int number)
    {
        Utf8Formatter.TryFormat(number, Reserve(8), out var written, new StandardFormat('x'));
        _length += written;
    }

    public void WriteDecimal(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out var written);
        _length += written;
    }

    /// <summary>Gives the array back. The next write begins anew.</summary>
    public void Clear()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            _length = 0;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private Span<byte> Reserve(int count)
    {
        _bytes ??= ArrayPool<byte>.Shared.Rent(Math.Max(count, FirstSize));
        if (_bytes.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, _bytes.Length * 2));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }
}
