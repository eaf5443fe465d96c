namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Reads the trailer section that ends a chunked answer.</summary>
internal struct AnswerTrailers
{
    private int _bytes;
    private int _fields;

    /// <summary>Reads whole lines into the answer's trailers.</summary>
    /// <returns>Whether the section, and with it the answer, is complete.</returns>
    /// <exception cref="UpstreamException">It breaks a rule or a bound.</exception>
    public bool TryRead(ReadOnlySpan<byte> data, IAnswerSink sink, out int consumed)
    {
        consumed = 0;
        while (AnswerLines.TryRead(data[consumed..], ref _bytes, out var line, out var length))
        {
            consumed += length;
            if (line.IsEmpty)
            {
                return true;
            }

            if (++_fields > AnswerHead.MaxFields)
            {
                throw UpstreamException.Protocol("The answer has too many trailers.");
            }

            AnswerFields.Split(line, out var name, out var value);
            sink.Trailer(name, value);
        }

        return false;
    }
}
