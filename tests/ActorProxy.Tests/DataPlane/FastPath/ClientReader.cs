using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>Reads what a client gets to the end of its connection, as answers to what it asked.</summary>
internal sealed class ClientReader(IReadOnlyList<string> requests)
{
    private const string LineEnd = "\r\n";

    private readonly StringBuilder _text = new();
    private readonly List<string> _answers = [];
    private volatile TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _read;
    private volatile bool _hasEnded;

    /// <summary>The whole answers, as texts that compare.</summary>
    public IReadOnlyList<string> Answers => _answers;

    private bool IsRefused => _answers is [.., var last]
        && last[9..12] is "400" or "405" or "414" or "431"
        && last.Contains("connection=close", StringComparison.Ordinal);

    public async Task ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            // A refused client is waited for: it leaves when it is told.
            for (int count; !IsRefused && (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                _text.Append(Encoding.Latin1.GetString(buffer, 0, count));
                Take(isOver: false);
                var came = _came;
                _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
                came.SetResult();
            }
        }
        catch (IOException)
        {
            // A reset is an end as well.
        }
        finally
        {
            Take(isOver: true);
            _hasEnded = true;
            _came.TrySetResult();
        }
    }

    /// <summary>Waits for so many answers, or for the end.</summary>
    public async Task WaitForAsync(int answers)
    {
        var came = _came;
        while (!_hasEnded && Volatile.Read(ref _read) < answers)
        {
            await came.Task;
            came = _came;
        }
    }

    private void Take(bool isOver)
    {
        var text = _text.ToString();
        while (text.Length > 0)
        {
            if (TryRead(text, isOver, out var answer) is not { } length)
            {
                // Of an answer that is broken off more or less may have arrived; it must not look whole.
                break;
            }

            _answers.Add(answer);
            text = text[length..];
        }

        _text.Clear().Append(text);
        Volatile.Write(ref _read, _answers.Count);
    }

    private int? TryRead(string text, bool isOver, out string answer)
    {
        answer = "";
        var headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (headEnd < 0)
        {
            return null;
        }

        var lines = text[..headEnd].Split(LineEnd);
        var fields = lines[1..].Select(line => (Name: line[..line.IndexOf(':')].ToLowerInvariant(), Value: line[(line.IndexOf(':') + 1)..].Trim(' '))).ToArray();
        var at = headEnd + 4;
        if (TryReadBody(text, at, lines[0], fields, isOver, out var body) is not { } end)
        {
            return null;
        }

        var shown = fields.Select(field => field.Name == "date" ? "date" : $"{field.Name}={field.Value}");
        // Of a reason that is no ASCII Kestrel keeps nothing.
        var statusLine = string.Concat(lines[0].Select(letter => char.IsAscii(letter) ? letter : '?'));
        answer = $"{statusLine} [{string.Join("; ", shown.Order(StringComparer.Ordinal))}] {body}";
        return end;
    }

    private int? TryReadBody(string text, int at, string statusLine, (string Name, string Value)[] fields, bool isOver, out string body)
    {
        body = "";
        var isHead = _answers.Count < requests.Count && requests[_answers.Count].TrimStart().StartsWith("HEAD ", StringComparison.Ordinal);
        if (isHead || statusLine[9..12] is "204" or "304")
        {
            return at;
        }

        if (fields.Any(field => field.Name == "transfer-encoding"))
        {
            return TryReadChunks(text, at, out body);
        }

        var length = fields.Where(field => field.Name == "content-length").Select(field => field.Value).FirstOrDefault();
        if (length is null && !isOver)
        {
            return null;
        }

        var end = length is null ? text.Length : at + int.Parse(length, CultureInfo.InvariantCulture);
        body = end <= text.Length ? Show(text[at..end]) : "";
        return end <= text.Length ? end : null;
    }

    private static int? TryReadChunks(string text, int at, out string body)
    {
        body = "";
        var decoded = new StringBuilder();
        while (true)
        {
            var lineEnd = text.IndexOf(LineEnd, at, StringComparison.Ordinal);
            if (lineEnd < 0)
            {
                return null;
            }

            var size = int.Parse(text[at..lineEnd], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at = lineEnd + 2;
            if (size == 0)
            {
                break;
            }

            if (text.Length < at + size + 2)
            {
                return null;
            }

            decoded.Append(text, at, size);
            at += size;
            if (text[at..(at + 2)] != LineEnd)
            {
                throw new InvalidDataException("a chunk that is longer than it says");
            }

            at += 2;
        }

        var trailersEnd = text.IndexOf("\r\n\r\n", at - 2, StringComparison.Ordinal);
        if (trailersEnd < 0)
        {
            return null;
        }

        body = $"{Show(decoded.ToString())} trailers [{(trailersEnd < at ? "" : text[at..trailersEnd])}]";
        return trailersEnd + 4;
    }

    private static string Show(string body) =>
        body.Length <= 80 ? body : $"{body.Length} bytes, {Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(body)))}";
}
