using System.Text;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>Makes answers, good ones and spoilt ones, from a seed: the same seed makes the same answer.</summary>
internal sealed class AnswerGenerator(int seed)
{
    private static readonly string[] Names = ["X", "X-Long-Name", "Date", "Server", "Set-Cookie", "Content-Type", "Expires", "Vary", "ETag", "x"];

    private static readonly string[] Values =
        ["", "1", "a, b", "Thu, 01 Jan 1970 00:00:00 GMT", "text/html; charset=utf-8", "\"\u00e4\u00ff\"", "k=v; Path=/; HttpOnly", "\t x"];

    private static readonly string[] Poison =
    [
        "\r", "\n", "\0", "\r\n", " ", "\t", ":", ",", ";", "0", "5", "f", "+", "-", "\u007f", "\u0080", "\u0001", "\r\n\r\n", "\r\n ", "HTTP/1.1 ",
        "HTTP/1.0 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 101 X\r\n\r\n", "Content-Length: 5\r\n", "Content-Length: 0\r\n",
        "Content-Length: +1\r\n", "Transfer-Encoding: chunked\r\n", "transfer-encoding: Chunked\r\n", "Transfer-Encoding: gzip\r\n", "0\r\n\r\n", "0\r\n",
        "1\r\nx\r\n", "ffffffffffffffff\r\n", "7fffffffffffffff\r\n", "00000000000000000001\r\nx\r\n", "1;a=b\r\nx\r\n", "1 \r\nx\r\n", "T: x\r\n",
        "Connection: close\r\n",
    ];

    private readonly Random _random = new(seed);

    /// <summary>An answer to a GET that every client reads in the same way.</summary>
    public byte[] WellFormed()
    {
        var text = new StringBuilder();
        for (var interims = _random.Next(8) == 0 ? _random.Next(1, 4) : 0; interims > 0; interims--)
        {
            text.Append(Pick("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "HTTP/1.1 102 \r\n\r\n"));
        }

        var status = Pick("200 OK", "404 Not Found", "201 Any words", "500 \u00e4", "204 No Content", "304 Not Modified", "299 ");
        text.Append("HTTP/1.1 ").Append(status).Append("\r\n");
        AppendFields(text, _random.Next(6));
        if (status[0..3] is "204" or "304")
        {
            return Bytes(text.Append("\r\n"));
        }

        AppendBody(text, new string('b', _random.Next(4) == 0 ? _random.Next(40_000) : _random.Next(20)));
        return Bytes(text);
    }

    /// <summary>An answer with some of its bytes changed, or none.</summary>
    public byte[] Spoilt()
    {
        var text = Encoding.Latin1.GetString(WellFormed());
        for (var changes = _random.Next(4); changes > 0; changes--)
        {
            // Mostly in the head, where there is more to break.
            var at = _random.Next(4) == 0 ? _random.Next(text.Length + 1) : _random.Next(Math.Min(text.Length, 200) + 1);
            var length = Math.Min(text.Length - at, _random.Next(1, 6));
            text = _random.Next(6) switch
            {
                0 => text[..at],
                1 => text.Remove(at, length),
                2 => text.Insert(at, text.Substring(at, length)),
                3 when length > 0 => string.Concat(text.AsSpan(0, at), ((char)_random.Next(256)).ToString(), text.AsSpan(at + 1)),
                _ => text.Insert(at, Pick(Poison)),
            };
        }

        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>Where the bytes are cut into reads.</summary>
    public int[] Cuts(int length)
    {
        int[] places = _random.Next(4) == 0 && length < 3000
            ? [.. Enumerable.Range(1, Math.Max(0, length - 1))]
            : [.. Enumerable.Range(0, _random.Next(5)).Select(_ => _random.Next(length + 1))];
        return [.. places.Distinct()];
    }

    public int BufferSize() => Pick(1, 7, 100, 4096, 65536);

    private void AppendFields(StringBuilder text, int count)
    {
        for (; count > 0; count--)
        {
            text.Append(Pick(Names)).Append(':').Append(Pick("", " ", "  \t")).Append(Pick(Values)).Append(Pick("", "", " ")).Append("\r\n");
        }
    }

    private void AppendBody(StringBuilder text, string body)
    {
        switch (_random.Next(3))
        {
            case 0:
                text.Append(Pick("Content-Length: ", "content-length:")).Append(body.Length).Append("\r\n\r\n").Append(body);
                break;
            case 1:
                text.Append("\r\n").Append(body);
                break;
            default:
                text.Append(Pick("Transfer-Encoding: chunked\r\n\r\n", "TRANSFER-ENCODING:Chunked\r\n\r\n"));
                AppendChunks(text, body);
                break;
        }
    }

    private void AppendChunks(StringBuilder text, string body)
    {
        while (body.Length > 0)
        {
            var size = _random.Next(1, body.Length + 1);
            text.Append(Pick("", "0", "000")).Append(size.ToString(Pick("x", "X"), null)).Append(Pick("", "", ";a", ";a=\"b;\"")).Append("\r\n");
            text.Append(body.AsSpan(0, size)).Append("\r\n");
            body = body[size..];
        }

        text.Append(Pick("0", "000")).Append("\r\n");
        for (var trailers = _random.Next(3); trailers > 0; trailers--)
        {
            text.Append(Pick("X-Sum", "X-Other")).Append(": ").Append(Pick("1", "a b", "\u00e4")).Append("\r\n");
        }

        text.Append("\r\n");
    }

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private static byte[] Bytes(StringBuilder text) => Encoding.Latin1.GetBytes(text.ToString());
}
