using System.Text;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Forwarding.Http1;
using Microsoft.AspNetCore.WebUtilities;

namespace ActorProxy.DataPlane.FastPath;

/// <summary>What the client gets of an answer's head and trailers, written while they are read. Used again for each answer.</summary>
internal sealed class ClientHead(HttpDate date) : IAnswerSink
{
    private WriteBuffer _lines;
    private WriteBuffer _trailers;
    private string? _connectionOptions;
    private bool _hasDate;

    /// <summary>The response so far.</summary>
    public ReadOnlyMemory<byte> Written => _lines.Written;

    /// <summary>The trailers that may pass, as lines.</summary>
    public ReadOnlySpan<byte> Trailers => _trailers.Written.Span;

    public void Begin(int status, bool isHttp10, ReadOnlySpan<byte> reason)
    {
        Clear();
        _lines.Write("HTTP/1.1 "u8);
        _lines.WriteDecimal(status);
        _lines.Write(" "u8);
        if (reason.IsEmpty)
        {
            _lines.WriteLatin1(ReasonPhrases.GetReasonPhrase(status));
        }

        _lines.Write(reason);
        _lines.Write("\r\n"u8);
    }

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "date"u8):
                _hasDate = true;
                break;
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                NoteConnection(value);
                return;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                // Written at the end, as the response is framed.
                return;
        }

        if (FieldRules.MayReachClient(name))
        {
            Write(name, value, ref _lines);
        }
    }

    public void Trailer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (TrailerRules.MayPass(Encoding.Latin1.GetString(name)))
        {
            Write(name, value, ref _trailers);
        }
    }

    /// <summary>Ends the head.</summary>
    /// <param name="length">The length that it tells; <c>null</c> for none.</param>
    /// <param name="isChunked">Whether chunks follow.</param>
    /// <param name="closes">Whether the connection ends with this response.</param>
    public void Complete(long? length, bool isChunked, bool closes)
    {
        if (_connectionOptions is { } options)
        {
            RemoveNamed(options);
        }

        if (!_hasDate)
        {
            _lines.Write(date.Line);
        }

        if (length is { } bytes)
        {
            _lines.Write("Content-Length: "u8);
            _lines.WriteDecimal(bytes);
            _lines.Write("\r\n"u8);
        }
        else if (isChunked)
        {
            _lines.Write("Transfer-Encoding: chunked\r\n"u8);
        }

        _lines.Write(closes ? "Connection: close\r\n\r\n"u8 : "\r\n"u8);
    }

    /// <summary>Adds what is sent together with the head.</summary>
    public void Append(ReadOnlySpan<byte> body) => _lines.Write(body);

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        _lines.Clear();
        _trailers.Clear();
        _connectionOptions = null;
        _hasDate = false;
    }

    private void NoteConnection(ReadOnlySpan<byte> value)
    {
        if (!Ascii.EqualsIgnoreCase(value, "keep-alive"u8) && !Ascii.EqualsIgnoreCase(value, "close"u8))
        {
            var options = Encoding.Latin1.GetString(value);
            _connectionOptions = _connectionOptions is null ? options : $"{_connectionOptions},{options}";
        }
    }

    // The fields that it names may stand before it.
    private void RemoveNamed(string options)
    {
        var named = new ConnectionField(options);
        _hasDate &= !named.Names("Date");
        var all = _lines;
        _lines = default;
        var rest = all.Written.Span;
        for (var isFirst = true; !rest.IsEmpty; isFirst = false)
        {
            var line = rest[..(rest.IndexOf("\r\n"u8) + 2)];
            if (isFirst || !named.Names(Encoding.Latin1.GetString(line[..line.IndexOf((byte)':')])))
            {
                _lines.Write(line);
            }

            rest = rest[line.Length..];
        }

        all.Clear();
    }

    private static void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref WriteBuffer output)
    {
        output.Write(name);
        output.Write(": "u8);
        output.Write(value);
        output.Write("\r\n"u8);
    }
}
