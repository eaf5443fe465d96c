namespace ActorProxy.Core.AdminLanguage;

/// <summary>
/// Collects one line, however it drips in, in a buffer that grows to the limit and never beyond. A line ends with <c>\n</c>, <c>\r\n</c> or the end of the
/// input; what follows it is ignored.
/// </summary>
/// <param name="maxBytes">Bytes of a line, its end not counted.</param>
public sealed class LineReader(int maxBytes)
{
    private const int FirstBytes = 512;

    // Room for \r\n behind a line of the full length.
    private readonly int _most = maxBytes + 2;
    private byte[] _buffer = new byte[Math.Min(maxBytes + 2, FirstBytes)];
    private int _length;
    private int _lineLength;

    /// <summary>What is known of the line.</summary>
    public LineState State { get; private set; } = LineState.Incomplete;

    /// <summary>The line without its end; once <see cref="State"/> is <see cref="LineState.Complete"/>.</summary>
    public ReadOnlyMemory<byte> Line => _buffer.AsMemory(0, _lineLength);

    /// <summary>Where the next bytes go. Never empty while the line is incomplete.</summary>
    public Span<byte> Room
    {
        get
        {
            if (_length == _buffer.Length && _length < _most)
            {
                Array.Resize(ref _buffer, Math.Min(_most, _length * 4));
            }

            return _buffer.AsSpan(_length);
        }
    }

    /// <summary>Takes bytes that were written to <see cref="Room"/>.</summary>
    /// <param name="count">How many; 0 is the end of the input.</param>
    public void Take(int count)
    {
        if (State != LineState.Incomplete)
        {
            return;
        }

        var end = _buffer.AsSpan(_length, count).IndexOf((byte)'\n');
        end = end < 0 ? -1 : end + _length;
        _length += count;
        if (count == 0)
        {
            Complete(_length);
        }
        else if (end >= 0)
        {
            Complete(end > 0 && _buffer[end - 1] == '\r' ? end - 1 : end);
        }
        else if (_length > maxBytes && !(_length == maxBytes + 1 && _buffer[maxBytes] == '\r'))
        {
            State = LineState.TooLong;
        }
    }

    private void Complete(int length)
    {
        _lineLength = length;
        State = length > maxBytes ? LineState.TooLong : LineState.Complete;
    }
}
