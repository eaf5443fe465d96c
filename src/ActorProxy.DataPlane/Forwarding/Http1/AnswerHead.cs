using System.Buffers.Text;
using System.Text;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// Reads the heads of answers line by line, each as soon as it is whole, so that a head that breaks a rule is known by its first
/// bad line and not when it ends. One for each connection, used again for each answer.
/// </summary>
internal sealed class AnswerHead
{
    public const int MaxBytes = 64 * 1024;
    public const int MaxFields = 200;

    private IAnswerSink? _sink;
    private int _bytes;
    private int _fields;
    private bool _hasTransferEncoding;

    /// <summary>0 until the status line is read.</summary>
    public int Status { get; private set; }

    public bool IsHttp10 { get; private set; }

    /// <summary>-1 when the head has none.</summary>
    public long ContentLength { get; private set; }

    public bool IsChunked => _hasTransferEncoding;

    public bool SaysClose { get; private set; }

    public bool SaysKeepAlive { get; private set; }

    /// <summary>The upstream's own idle limit, from <c>Keep-Alive: timeout=N</c>; 0 when it told none.</summary>
    public int KeepAliveSecs { get; private set; }

    /// <summary>Interim answers are read over; 101 ends HTTP, so it is final.</summary>
    public bool IsFinal => Status is >= 200 or 101;

    /// <summary>The next head, of the same answer (behind an interim one) or of another.</summary>
    public void Begin(IAnswerSink sink)
    {
        _sink = sink;
        _bytes = 0;
        _fields = 0;
        _hasTransferEncoding = false;
        Status = 0;
        ContentLength = -1;
        SaysClose = false;
        SaysKeepAlive = false;
        KeepAliveSecs = 0;
    }

    /// <summary>Reads whole lines.</summary>
    /// <param name="data">What is buffered.</param>
    /// <param name="consumed">How much of it was read.</param>
    /// <returns>Whether the head is complete.</returns>
    /// <exception cref="UpstreamException">It breaks a rule or a bound.</exception>
    public bool TryRead(ReadOnlySpan<byte> data, out int consumed)
    {
        consumed = 0;
        while (AnswerLines.TryRead(data[consumed..], ref _bytes, out var line, out var length))
        {
            consumed += length;
            if (Status == 0)
            {
                ReadStatusLine(line);
            }
            else if (line.IsEmpty)
            {
                return true;
            }
            else
            {
                ReadField(line);
            }
        }

        if (Status == 0 && !StartsLikeAnswer(data[consumed..]))
        {
            throw UpstreamException.Protocol("The answer does not begin like HTTP/1.");
        }

        return false;
    }

    private static bool StartsLikeAnswer(ReadOnlySpan<byte> partial)
    {
        var prefix = "HTTP/1."u8;
        var length = Math.Min(prefix.Length, partial.Length);
        return partial[..length].SequenceEqual(prefix[..length]);
    }

    // HTTP/1.x SP 3DIGIT [SP reason]: many servers leave the last blank out together with the reason.
    private void ReadStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !StartsLikeAnswer(line) || !char.IsAsciiDigit((char)line[7]) || line[8] != ' '
            || !Utf8Parser.TryParse(line[9..12], out int status, out var digits) || digits != 3 || status < 100 || line[9] == '+'
            || (line.Length > 12 && line[12] != ' '))
        {
            throw UpstreamException.Protocol("The answer's status line is malformed.");
        }

        var reason = line.Length > 13 ? line[13..] : default;
        AnswerFields.RequireText(reason);
        Status = status;
        IsHttp10 = line[7] == '0';
        if (IsFinal)
        {
            _sink?.Begin(status, IsHttp10, reason);
        }
    }

    private void ReadField(ReadOnlySpan<byte> line)
    {
        if (++_fields > MaxFields)
        {
            throw UpstreamException.Protocol("The answer's head has too many fields.");
        }

        AnswerFields.Split(line, out var name, out var value);
        ReadMeaning(name, value);
        if (IsFinal)
        {
            _sink?.Field(name, value);
        }
    }

    private void ReadMeaning(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 10 when Ascii.EqualsIgnoreCase(name, "Connection"u8):
                SaysClose |= AnswerFields.ListContains(value, "close"u8);
                SaysKeepAlive |= AnswerFields.ListContains(value, "keep-alive"u8);
                break;
            case 10 when Ascii.EqualsIgnoreCase(name, "Keep-Alive"u8):
                ReadKeepAlive(value);
                break;
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                ReadContentLength(value);
                break;
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                ReadTransferEncoding(value);
                break;
        }
    }

    private void ReadContentLength(ReadOnlySpan<byte> value)
    {
        var length = AnswerFields.ParseLength(value);
        if (length < 0 || ContentLength >= 0 || _hasTransferEncoding)
        {
            throw UpstreamException.Protocol("The answer's length is malformed, doubled or beside a transfer coding.");
        }

        ContentLength = length;
    }

    // An HTTP/1.0 answer with a transfer coding is to be taken for faulty framing: RFC 9112 §6.1.
    private void ReadTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (_hasTransferEncoding || ContentLength >= 0 || IsHttp10 || !Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            throw UpstreamException.Protocol("The answer's transfer coding is not one plain chunked.");
        }

        _hasTransferEncoding = true;
    }

    private void ReadKeepAlive(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var part = value[range].Trim(" \t"u8);
            if (part.Length > 8 && Ascii.EqualsIgnoreCase(part[..8], "timeout="u8)
                && Utf8Parser.TryParse(part[8..], out int seconds, out var read) && read == part.Length - 8 && seconds > 0)
            {
                KeepAliveSecs = seconds;
            }
        }
    }
}
