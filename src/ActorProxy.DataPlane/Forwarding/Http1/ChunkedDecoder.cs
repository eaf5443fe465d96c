namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Takes chunk framing off, however the bytes are split (RFC 9112 §7.1). Ends after the last chunk's line, before the trailers.</summary>
internal struct ChunkedDecoder
{
    private const int LongestLine = 4096;

    private State _state;
    private ulong _size;
    private int _lineLength;

    private enum State
    {
        FirstDigit,
        Digits,
        BeforeExtension,
        Extension,
        SizeLineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        Done,
    }

    public readonly bool IsDone => _state == State.Done;

    /// <summary>Decodes as much as fits. Both spans may begin at the same place: what is written never overtakes what is read.</summary>
    /// <exception cref="UpstreamException">The framing is not exactly as the RFC writes it.</exception>
    public void Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < source.Length && _state != State.Done)
        {
            if (_state != State.Data)
            {
                Step(source[consumed++]);
                continue;
            }

            var length = (int)Math.Min(_size, (ulong)Math.Min(source.Length - consumed, destination.Length - written));
            if (length == 0)
            {
                return;
            }

            source.Slice(consumed, length).CopyTo(destination[written..]);
            consumed += length;
            written += length;
            _size -= (ulong)length;
            _state = _size == 0 ? State.DataCarriageReturn : State.Data;
        }
    }

    private void Step(byte next)
    {
        if (++_lineLength > LongestLine)
        {
            throw Broken();
        }

        _state = (_state, next) switch
        {
            (State.FirstDigit, _) => AddDigit(next),
            (State.Digits, (byte)'\r') => State.SizeLineFeed,
            (State.Digits or State.BeforeExtension, (byte)';') => State.Extension,
            (State.Digits or State.BeforeExtension, (byte)' ' or (byte)'\t') => State.BeforeExtension,
            (State.Digits, _) => AddDigit(next),
            (State.Extension, (byte)'\r') => State.SizeLineFeed,
            (State.Extension, (byte)'\t' or (>= (byte)' ' and not 0x7f)) => State.Extension,
            (State.SizeLineFeed, (byte)'\n') => SizeLineEnded(),
            (State.DataCarriageReturn, (byte)'\r') => State.DataLineFeed,
            (State.DataLineFeed, (byte)'\n') => ChunkEnded(),
            _ => throw Broken(),
        };
    }

    private State AddDigit(byte next)
    {
        var digit = next switch
        {
            >= (byte)'0' and <= (byte)'9' => next - '0',
            >= (byte)'a' and <= (byte)'f' => next - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => next - 'A' + 10,
            _ => throw Broken(),
        };

        // The top bit stays clear too: a length that some reader takes for negative is no length.
        if (_size >> 59 != 0)
        {
            throw Broken();
        }

        _size = (_size << 4) | (uint)digit;
        return State.Digits;
    }

    private State SizeLineEnded()
    {
        _lineLength = 0;
        return _size == 0 ? State.Done : State.Data;
    }

    private State ChunkEnded()
    {
        _lineLength = 0;
        return State.FirstDigit;
    }

    private static UpstreamException Broken() => UpstreamException.Protocol("The answer's chunk framing is broken.");
}
