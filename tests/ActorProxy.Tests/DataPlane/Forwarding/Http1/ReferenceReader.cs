using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>
/// Reads an answer to a GET the slow and plain way, by the letter of RFC 9112 and of the contract's stricter rules: to compare
/// with, so it shares nothing with the code under test.
/// </summary>
internal sealed partial class ReferenceReader
{
    private const int LongestChunkLine = 4096;

    private readonly string _text;
    private int _at;

    private ReferenceReader(byte[] answer) => _text = Encoding.Latin1.GetString(answer);

    private string Rest => _text[_at..];

    public static Reading Read(byte[] answer)
    {
        try
        {
            return Reading.Whole(new ReferenceReader(answer).ReadAnswer());
        }
        catch (RefusedException)
        {
            return Reading.Refused;
        }
        catch (CutOffException)
        {
            return Reading.CutOff;
        }
    }

    [GeneratedRegex(@"\AHTTP/1\.([0-9]) ([1-9][0-9][0-9])(?: ([\t\x20-\x7e\x80-\xff]*))?\z")]
    private static partial Regex StatusLine { get; }

    [GeneratedRegex(@"\A([-!#$%&'*+.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*\z")]
    private static partial Regex Field { get; }

    [GeneratedRegex(@"\A([0-9A-Fa-f]+)(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n")]
    private static partial Regex ChunkLine { get; }

    [GeneratedRegex(@"\A(?:([0-9A-Fa-f]+)(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r?|([0-9A-Fa-f]*)|([0-9A-Fa-f]+)[ \t]*)\z")]
    private static partial Regex ChunkLineBegun { get; }

    private ReadAnswer ReadAnswer()
    {
        for (var heads = 1; ; heads++)
        {
            var status = ReadStatusLine();
            // Asked line by line: a head that is refused is refused although its end is missing.
            var length = -2L;
            var fields = ReadFields(begun => length = LengthOf(begun, isHttp10: status.Groups[1].Value == "0"));
            var code = int.Parse(status.Groups[2].Value, CultureInfo.InvariantCulture);
            Refuse(code == 101 || (code < 200 && heads > 10));
            if (code >= 200)
            {
                var body = code is 204 or 304 ? "" : ReadBody(length);
                var trailers = length == -1 && code is not (204 or 304) ? ReadFields(_ => { }) : [];
                return new ReadAnswer(code, status.Groups[3].Value, Http1.ReadAnswer.Text(fields), body, Http1.ReadAnswer.Text(trailers));
            }
        }
    }

    private Match ReadStatusLine()
    {
        if (!Rest.Contains('\n', StringComparison.Ordinal))
        {
            Refuse(!"HTTP/1.".StartsWith(Rest[..Math.Min(7, Rest.Length)], StringComparison.Ordinal));
            throw new CutOffException();
        }

        var match = StatusLine.Match(ReadLine());
        Refuse(!match.Success);
        return match;
    }

    private List<(string Name, string Value)> ReadFields(Action<List<(string Name, string Value)>> check)
    {
        List<(string Name, string Value)> fields = [];
        while (ReadLine() is { Length: > 0 } line)
        {
            var match = Field.Match(line);
            Refuse(!match.Success || fields.Count == 200);
            fields.Add((match.Groups[1].Value, match.Groups[2].Value));
            check(fields);
        }

        return fields;
    }

    private string ReadLine()
    {
        var end = _text.IndexOf('\n', _at);
        CutOff(end < 0);
        Refuse(end == _at || _text[end - 1] != '\r');
        var line = _text[_at..(end - 1)];
        _at = end + 1;
        return line;
    }

    // -1: chunked. -2: to the end of the connection.
    private static long LengthOf(List<(string Name, string Value)> fields, bool isHttp10)
    {
        var lengths = fields.Where(field => field.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).ToList();
        var codings = fields.Where(field => field.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)).ToList();
        Refuse(lengths.Count + codings.Count > 1 || (codings.Count > 0 && isHttp10));
        if (codings.Count > 0)
        {
            Refuse(!codings[0].Value.Equals("chunked", StringComparison.OrdinalIgnoreCase));
            return -1;
        }

        if (lengths.Count == 0)
        {
            return -2;
        }

        var digits = lengths[0].Value;
        Refuse(digits.Length is 0 or > 19 || !digits.All(char.IsAsciiDigit) || BigInteger.Parse(digits, CultureInfo.InvariantCulture) > long.MaxValue);
        return long.Parse(digits, CultureInfo.InvariantCulture);
    }

    private string ReadBody(long length)
    {
        if (length == -1)
        {
            return ReadChunks();
        }

        CutOff(length > Rest.Length);
        var body = length == -2 ? Rest : Rest[..(int)length];
        _at += body.Length;
        return body;
    }

    private string ReadChunks()
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = ChunkLine.Match(Rest);
            if (!line.Success)
            {
                var begun = ChunkLineBegun.Match(Rest);
                Refuse(!begun.Success || begun.Length > LongestChunkLine || IsTooLarge(begun.Groups[1].Value + begun.Groups[2].Value + begun.Groups[3].Value));
                throw new CutOffException();
            }

            Refuse(line.Length > LongestChunkLine || IsTooLarge(line.Groups[1].Value));
            _at += line.Length;
            var size = long.Parse("0" + line.Groups[1].Value.TrimStart('0'), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return body.ToString();
            }

            CutOff(size > Rest.Length);
            body.Append(Rest[..(int)size]);
            _at += (int)size;
            Refuse(Rest.Length > 0 && Rest[0] != '\r');
            Refuse(Rest.Length > 1 && Rest[1] != '\n');
            CutOff(Rest.Length < 2);
            _at += 2;
        }
    }

    private static bool IsTooLarge(string hex) =>
        BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture) > long.MaxValue;

    private static void Refuse(bool condition)
    {
        if (condition)
        {
            throw new RefusedException();
        }
    }

    private static void CutOff(bool condition)
    {
        if (condition)
        {
            throw new CutOffException();
        }
    }

    private sealed class RefusedException : Exception;

    private sealed class CutOffException : Exception;
}
