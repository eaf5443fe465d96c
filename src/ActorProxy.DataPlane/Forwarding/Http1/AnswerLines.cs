namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Lines of heads and trailers: ended by CR LF, never by a bare LF, and bounded in all.</summary>
internal static class AnswerLines
{
    /// <summary>Takes the next line, if it is whole.</summary>
    /// <param name="data">What is buffered.</param>
    /// <param name="total">Bytes of this section so far; raised by what is taken.</param>
    /// <param name="line">The line without its end.</param>
    /// <param name="consumed">Its length with its end.</param>
    /// <exception cref="UpstreamException">A bare LF, or the section is longer than <see cref="AnswerHead.MaxBytes"/>.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, ref int total, out ReadOnlySpan<byte> line, out int consumed)
    {
        var lineFeed = data.IndexOf((byte)'\n');
        consumed = lineFeed + 1;
        if (total + (lineFeed < 0 ? data.Length : consumed) > AnswerHead.MaxBytes)
        {
            throw UpstreamException.Protocol("The answer's head is too long.");
        }

        if (lineFeed < 0)
        {
            line = default;
            return false;
        }

        if (lineFeed == 0 || data[lineFeed - 1] != '\r')
        {
            throw UpstreamException.Protocol("A line of the answer's head ends without CR.");
        }

        total += consumed;
        line = data[..(lineFeed - 1)];
        return true;
    }
}
