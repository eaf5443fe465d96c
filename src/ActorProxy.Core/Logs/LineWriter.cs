using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Logs;

/// <summary>
/// Builds one line as UTF-8, text or JSON, in a rented buffer. What is written as a value can end neither the value nor the line:
/// spaces, quotes, <c>=</c>, control bytes and bytes from 0x80 up are percent-encoded.
/// </summary>
public ref struct LineWriter
{
    private const int FirstSize = 512;

    // Everything visible but quotes, '=' and the backslash, which JSON must double.
    private static readonly SearchValues<char> Plain = SearchValues.Create(Visible("\"'=\\"));
    private static readonly SearchValues<char> PlainInPath = SearchValues.Create(Visible("\"'\\"));

    private readonly bool _json;
    private byte[] _buffer;
    private int _length;

    internal LineWriter(LogFormat format, LineTime time, DateTimeOffset now, LogLevelName level, ReadOnlySpan<byte> name)
    {
        _json = format == LogFormat.Json;
        _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
        Append(_json ? "{\"time\":\""u8 : []);
        time.Write(now, Room(LineTime.Length));
        _length += LineTime.Length;
        Append(_json ? "\",\"level\":\""u8 : " "u8);
        Append(Name(level));
        Append(_json ? "\",\"event\":\""u8 : " "u8);
        Append(name);
        Append(_json ? "\""u8 : []);
    }

    /// <summary>A free text.</summary>
    /// <param name="key">Lower-case letters, digits and <c>_</c>.</param>
    /// <param name="value">Any text; characters from 0x80 up are encoded as UTF-8. Empty is written as <c>-</c>.</param>
    public void Text(ReadOnlySpan<byte> key, ReadOnlySpan<char> value) => Quoted(key, value, Plain, latin1: false);

    /// <summary>Bytes as a client sent them.</summary>
    /// <param name="key">Lower-case letters, digits and <c>_</c>.</param>
    /// <param name="value">One character a byte (Latin-1). Empty is written as <c>-</c>.</param>
    public void Raw(ReadOnlySpan<byte> key, ReadOnlySpan<char> value) => Quoted(key, value, Plain, latin1: true);

    /// <summary>A request's path as it came, without the query. It may hold <c>=</c>: it has no spaces, so it ends where it ends.</summary>
    /// <param name="key">Lower-case letters, digits and <c>_</c>.</param>
    /// <param name="value">One character a byte (Latin-1); what follows <c>?</c> is cut. Empty is written as <c>-</c>.</param>
    public void Path(ReadOnlySpan<byte> key, ReadOnlySpan<char> value)
    {
        var query = value.IndexOf('?');
        Quoted(key, query < 0 ? value : value[..query], PlainInPath, latin1: true);
    }

    /// <summary>A whole number.</summary>
    /// <param name="key">Lower-case letters, digits and <c>_</c>.</param>
    /// <param name="value">The number.</param>
    public void Number(ReadOnlySpan<byte> key, long value)
    {
        Key(key);
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        _length += written;
    }

    /// <summary>An address; one that is IPv4 mapped into IPv6 as IPv4.</summary>
    /// <param name="key">Lower-case letters, digits and <c>_</c>.</param>
    /// <param name="value">The address.</param>
    public void Address(ReadOnlySpan<byte> key, IPAddress value)
    {
        Key(key);
        Append(_json ? "\""u8 : []);
        (value.IsIPv4MappedToIPv6 ? value.MapToIPv4() : value).TryFormat(Room(65), out int written);
        _length += written;
        Append(_json ? "\""u8 : []);
    }

    /// <summary>A number with at most three decimals.</summary>
    /// <param name="key">Lower-case letters, digits and <c>_</c>.</param>
    /// <param name="value">A finite number.</param>
    public void Decimal(ReadOnlySpan<byte> key, double value)
    {
        Key(key);
        Append(Encoding.ASCII.GetBytes(value.ToString("0.###", CultureInfo.InvariantCulture)));
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <param name="key">Lower-case letters, digits and <c>_</c>.</param>
    /// <param name="value">Which.</param>
    public void Flag(ReadOnlySpan<byte> key, bool value)
    {
        Key(key);
        Append(value ? "true"u8 : "false"u8);
    }

    /// <summary>Ends the line.</summary>
    /// <returns>Its bytes, good until <see cref="Dispose"/>.</returns>
    internal ReadOnlySpan<byte> End()
    {
        Append(_json ? "}\n"u8 : "\n"u8);
        return _buffer.AsSpan(0, _length);
    }

    internal readonly void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private static ReadOnlySpan<byte> Name(LogLevelName level) => level switch
    {
        LogLevelName.Trace => "TRACE"u8,
        LogLevelName.Debug => "DEBUG"u8,
        LogLevelName.Info => "INFO"u8,
        LogLevelName.Warn => "WARN"u8,
        _ => "ERROR"u8,
    };

    private static string Visible(string without) =>
        new([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Except(without)]);

    private void Key(ReadOnlySpan<byte> key)
    {
        Append(_json ? ",\""u8 : " "u8);
        Append(key);
        Append(_json ? "\":"u8 : "="u8);
    }

    private void Quoted(ReadOnlySpan<byte> key, ReadOnlySpan<char> value, SearchValues<char> plain, bool latin1)
    {
        Key(key);
        Append(_json ? "\""u8 : []);
        Encode(value.IsEmpty ? "-" : value, plain, latin1);
        Append(_json ? "\""u8 : []);
    }

    private void Encode(ReadOnlySpan<char> value, SearchValues<char> plain, bool latin1)
    {
        while (!value.IsEmpty)
        {
            var end = value.IndexOfAnyExcept(plain);
            var run = end < 0 ? value : value[..end];
            Encoding.Latin1.GetBytes(run, Room(run.Length));
            _length += run.Length;
            value = value[run.Length..];
            if (!value.IsEmpty)
            {
                value = value[Escape(value, latin1)..];
            }
        }
    }

    // Writes the first character, which is not plain, and says how many chars it took.
    private int Escape(ReadOnlySpan<char> value, bool latin1)
    {
        var first = value[0];
        if (first == '\\')
        {
            Append(_json ? "\\\\"u8 : "\\"u8);
            return 1;
        }

        if (first < 0x80 || (latin1 && first <= 0xff))
        {
            Percent((byte)first);
            return 1;
        }

        Span<byte> utf8 = stackalloc byte[4];
        Rune.DecodeFromUtf16(value, out var rune, out var consumed);
        foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
        {
            Percent(octet);
        }

        return consumed;
    }

    private void Percent(byte octet)
    {
        var room = Room(3);
        room[0] = (byte)'%';
        octet.TryFormat(room[1..], out _, "X2", CultureInfo.InvariantCulture);
        _length += 3;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Room(int count)
    {
        if (_buffer.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }
}
