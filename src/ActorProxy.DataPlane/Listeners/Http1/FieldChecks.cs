using System.Buffers;
using System.Buffers.Text;
using System.Text;
using ActorProxy.DataPlane.Requests;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>What the request line and the fields of one head say together: how the body is framed, for which host, and whether all agree.</summary>
internal sealed class FieldChecks
{
    private const int NoLength = -1;
    private const int ShortestSplitLine = 5;

    private bool _isHttp10;
    private bool _needsLength;
    private string? _absoluteTarget;
    private int _count;
    private int _bytes;
    private int _hostStart;
    private int _hostLength;
    private bool _hasUpgrade;
    private bool _hasShortLine;

    /// <summary>The value of <c>Content-Length</c>; negative when there is none.</summary>
    public long ContentLength { get; private set; } = NoLength;

    /// <summary>The body is chunked.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>What follows may be something else than HTTP, when the answer is 101.</summary>
    public bool MayBecomeTunnel { get; private set; }

    /// <summary>The <c>Connection</c> fields that say more than a lone option which Kestrel knows; <c>null</c> for none.</summary>
    public string? ConnectionOptions { get; private set; }

    /// <summary>Refused whatever its target: the one method that Kestrel has rules of its own for.</summary>
    public bool IsConnect { get; private set; }

    public void Reset()
    {
        _isHttp10 = _needsLength = _hasUpgrade = _hasShortLine = IsChunked = MayBecomeTunnel = IsConnect = false;
        _absoluteTarget = ConnectionOptions = null;
        _count = _bytes = _hostStart = _hostLength = 0;
        ContentLength = NoLength;
    }

    /// <summary>Takes a request line whose method is a token and whose target holds none but <see cref="RequestTarget.Bytes"/>.</summary>
    /// <returns><c>false</c> when it is malformed.</returns>
    public bool TryBegin(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, bool isHttp10)
    {
        _isHttp10 = isHttp10;
        // Kestrel refuses these without a length (RFC 1945 §8.3 says they have one).
        _needsLength = isHttp10 && (method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8));
        IsConnect = method.SequenceEqual("CONNECT"u8);
        return target switch
        {
            [] => false,
            _ when IsConnect => true,
            [(byte)'/', ..] => !RequestTarget.HasEncodedNul(target),
            [(byte)'*'] => method.SequenceEqual("OPTIONS"u8),
            _ => TryTakeAbsolute(Encoding.Latin1.GetString(target)),
        };
    }

    /// <summary>Takes a field line.</summary>
    /// <param name="name">A token.</param>
    /// <param name="value">Without control bytes; blanks around it are cut here.</param>
    /// <param name="valueStart">Where the value begins in the head.</param>
    /// <param name="lineLength">With its line end.</param>
    /// <returns><c>null</c> when it may pass.</returns>
    public Refusal? Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int valueStart, int lineLength)
    {
        _bytes += lineLength;
        _hasShortLine |= lineLength < ShortestSplitLine;
        if (++_count > Http1Limits.Fields || _bytes > Http1Limits.FieldBytes)
        {
            return Refusal.FieldsTooLarge;
        }

        var good = name.Length switch
        {
            4 when Ascii.EqualsIgnoreCase(name, "host"u8) => TryTakeHost(value, valueStart),
            7 when Ascii.EqualsIgnoreCase(name, "upgrade"u8) => TakeUpgrade(value),
            10 when Ascii.EqualsIgnoreCase(name, "connection"u8) => TakeConnection(Trim(value)),
            14 when Ascii.EqualsIgnoreCase(name, "content-length"u8) => TryTakeLength(Trim(value)),
            17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8) => TryTakeCoding(Trim(value)),
            _ => true,
        };
        return good ? null : Refusal.BadRequest;
    }

    /// <summary>Whether an incomplete line of so many bytes may still grow.</summary>
    public bool HasRoomFor(int bytes) => _bytes + bytes <= Http1Limits.FieldBytes;

    /// <summary>Judges the whole.</summary>
    /// <param name="isSplit">
    /// It may lie across two blocks of memory: there Kestrel refuses a field of one letter and nothing else (<c>X:</c>).
    /// </param>
    /// <returns><c>null</c> when it may pass.</returns>
    public Refusal? End(bool isSplit)
    {
        var hasBody = IsChunked || ContentLength > 0;
        var malformed = _hostLength == 0
            || (IsChunked && (ContentLength >= 0 || _isHttp10))
            || (_needsLength && ContentLength < 0)
            || (_hasUpgrade && hasBody)
            || (_hasShortLine && isSplit);
        return malformed ? Refusal.BadRequest : IsConnect ? Refusal.MethodNotAllowed : null;
    }

    /// <summary>The host as requests are routed by; empty when none was read.</summary>
    public string HostOf(in ReadOnlySequence<byte> head)
    {
        var text = _hostLength == 0 ? "" : Encoding.Latin1.GetString(head.Slice(_hostStart, _hostLength));
        return Authority.TryRead(text, out var authority) ? authority.LowerHost(new char[text.Length]).ToString() : "";
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    private bool TryTakeHost(ReadOnlySpan<byte> value, int valueStart)
    {
        var host = Trim(value);
        if (_hostLength != 0 || !Authority.IsValid(host))
        {
            return false;
        }

        _hostStart = valueStart + value.Length - value.TrimStart(" \t"u8).Length;
        _hostLength = host.Length;
        return _absoluteTarget is null || NamesSameHost(_absoluteTarget, Encoding.Latin1.GetString(host));
    }

    private bool TryTakeLength(ReadOnlySpan<byte> value)
    {
        // 19 digits hold every long, and Kestrel's reader has no room for more.
        if (ContentLength >= 0 || value.Length is 0 or > 19 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(value, out long length, out _))
        {
            return false;
        }

        ContentLength = length;
        return true;
    }

    private bool TryTakeCoding(ReadOnlySpan<byte> value)
    {
        var good = !IsChunked && Ascii.EqualsIgnoreCase(value, "chunked"u8);
        IsChunked = true;
        return good;
    }

    private bool TakeUpgrade(ReadOnlySpan<byte> value)
    {
        _hasUpgrade = true;
        // An upgrade to h2c is never forwarded, so nothing but HTTP/1 can follow.
        MayBecomeTunnel |= !Ascii.EqualsIgnoreCase(Trim(value), "h2c"u8);
        return true;
    }

    private bool TakeConnection(ReadOnlySpan<byte> value)
    {
        if (!Ascii.EqualsIgnoreCase(value, "keep-alive"u8) && !Ascii.EqualsIgnoreCase(value, "close"u8) && !Ascii.EqualsIgnoreCase(value, "upgrade"u8))
        {
            var options = Encoding.Latin1.GetString(value);
            ConnectionOptions = ConnectionOptions is null ? options : $"{ConnectionOptions}, {options}";
        }

        return true;
    }

    private bool TryTakeAbsolute(string target)
    {
        _absoluteTarget = target;
        return Authority.TryRead(RequestTarget.AuthorityOf(target), out _)
            // What Kestrel reads it with.
            && Uri.TryCreate(target, UriKind.Absolute, out _)
            && RequestTarget.Check(RequestTarget.Reduce(target, ""), "") == TargetVerdict.Good;
    }

    private static bool NamesSameHost(string target, string host)
    {
        var defaultPort = target.StartsWith("https", StringComparison.Ordinal) ? 443 : 80;
        return Authority.TryRead(RequestTarget.AuthorityOf(target), out var named)
            && Authority.TryRead(host, out var given)
            && named.Host.Equals(given.Host, StringComparison.OrdinalIgnoreCase)
            && (named.Port ?? defaultPort) == (given.Port ?? defaultPort);
    }
}
