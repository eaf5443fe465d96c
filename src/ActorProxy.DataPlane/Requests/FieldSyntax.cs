using System.Buffers;

namespace ActorProxy.DataPlane.Requests;

/// <summary>What a method, a field name and a field value may be made of: the same rules for HTTP/1 and HTTP/2, requests and trailers.</summary>
internal static class FieldSyntax
{
    /// <summary>RFC 9110 §5.6.2: <c>tchar</c>.</summary>
    public static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What no value may hold: 0x00–0x1f but tab, and 0x7f. Bytes from 0x80 up are good.</summary>
    public static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private static readonly SearchValues<char> TokenChars = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> ControlChars = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\n\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f");

    /// <summary>Whether this is a method or a field name.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <inheritdoc cref="IsToken(ReadOnlySpan{byte})"/>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>Whether a value holds no control byte but tab.</summary>
    public static bool IsValue(ReadOnlySpan<byte> text) => !text.ContainsAny(ControlBytes);

    /// <inheritdoc cref="IsValue(ReadOnlySpan{byte})"/>
    public static bool IsValue(ReadOnlySpan<char> text) => !text.ContainsAny(ControlChars);

    /// <summary>Whether a value is good over HTTP/2, where nobody takes the blanks off its ends (RFC 9113 §8.2.1).</summary>
    public static bool IsHttp2Value(ReadOnlySpan<char> text) => IsValue(text) && text is not ([' ' or '\t', ..] or [.., ' ' or '\t']);
}
