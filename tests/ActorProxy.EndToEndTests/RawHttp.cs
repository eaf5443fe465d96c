using System.Globalization;
using System.Text;

namespace ActorProxy.EndToEndTests;

/// <summary>HTTP/1.1 by hand over a stream that stays open.</summary>
internal static class RawHttp
{
    /// <summary>Sends bytes as they are.</summary>
    public static async Task SendAsync(Stream stream, string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>A GET on a kept-alive connection; its body. Fails on anything but 200 with a length.</summary>
    public static async Task<string> GetAsync(Stream stream, string host, string target, CancellationToken cancellationToken)
    {
        await SendAsync(stream, $"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n", cancellationToken);
        var (head, body) = await ReadAsync(stream, cancellationToken);
        return head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? body : throw new InvalidOperationException(head + body);
    }

    /// <summary>One response: its head, and its body by Content-Length or chunks.</summary>
    public static async Task<(string Head, string Body)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = await ReadUntilAsync(stream, "\r\n\r\n", cancellationToken);
        if (head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return (head, await ReadChunksAsync(stream, cancellationToken));
        }

        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length["content-length:".Length..], NumberStyles.Integer, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return (head, Encoding.Latin1.GetString(body));
    }

    /// <summary>Everything up to the end of the stream.</summary>
    public static async Task<string> ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, cancellationToken);
        return Encoding.Latin1.GetString(all.ToArray());
    }

    private static async Task<string> ReadChunksAsync(Stream stream, CancellationToken cancellationToken)
    {
        var body = new StringBuilder();
        while (true)
        {
            var size = int.Parse((await ReadUntilAsync(stream, "\r\n", cancellationToken)).TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = new byte[size + 2];
            await stream.ReadExactlyAsync(chunk, cancellationToken);
            if (size == 0)
            {
                return body.ToString();
            }

            body.Append(Encoding.Latin1.GetString(chunk, 0, size));
        }
    }

    private static async Task<string> ReadUntilAsync(Stream stream, string end, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (text.Length < end.Length || text.ToString(text.Length - end.Length, end.Length) != end)
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            text.Append((char)one[0]);
        }

        return text.ToString();
    }
}
