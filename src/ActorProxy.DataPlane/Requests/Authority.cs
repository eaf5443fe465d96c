using System.Buffers;
using System.Numerics;

namespace ActorProxy.DataPlane.Requests;

/// <summary>A <c>Host</c> field or an <c>:authority</c>, read the one way there is: a name or a literal, and at most a port.</summary>
internal readonly ref struct Authority
{
    private const int MaxPortDigits = 5;

    // What a registered name is made of (RFC 3986 §3.2.2) but without percent, '*', '+', ',', ';' and '=': what Kestrel takes.
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("!$&'()-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<char> NameChars =
        SearchValues.Create("!$&'()-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<byte> LiteralBytes = SearchValues.Create(":.0123456789ABCDEFabcdef"u8);
    private static readonly SearchValues<char> LiteralChars = SearchValues.Create(":.0123456789ABCDEFabcdef");

    private Authority(ReadOnlySpan<char> host, int? port)
    {
        Host = host;
        Port = port;
    }

    /// <summary>The host as it was written, without port and one trailing dot; an IPv6 literal with its brackets.</summary>
    public ReadOnlySpan<char> Host { get; }

    /// <summary>1–65535; <c>null</c> when none was given.</summary>
    public int? Port { get; }

    /// <summary>Reads an authority.</summary>
    /// <returns><c>false</c> when it is empty, or has userinfo, a path, a comma or anything else that is neither name nor port.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out Authority authority)
    {
        var valid = TrySplit(text, NameChars, LiteralChars, out var hostLength, out var port);
        authority = valid ? new Authority(WithoutTrailingDot(text[..hostLength]), port) : default;
        return valid;
    }

    /// <summary>Whether <see cref="TryRead"/> would read it.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) => TrySplit(text, NameBytes, LiteralBytes, out _, out _);

    /// <summary>The host lower-cased: the key that sites are found by.</summary>
    /// <param name="destination">At least as long as <see cref="Host"/>.</param>
    public ReadOnlySpan<char> LowerHost(Span<char> destination) => destination[..Host.ToLowerInvariant(destination)];

    private static ReadOnlySpan<char> WithoutTrailingDot(ReadOnlySpan<char> host) => host is [.., '.'] ? host[..^1] : host;

    private static bool TrySplit<T>(ReadOnlySpan<T> text, SearchValues<T> name, SearchValues<T> literal, out int hostLength, out int? port)
        where T : unmanaged, IBinaryInteger<T>
    {
        port = null;
        if (!text.IsEmpty && text[0] == T.CreateTruncating('['))
        {
            hostLength = text[1..].IndexOfAnyExcept(literal) + 2;
            // Three characters are the least that Kestrel takes between the brackets: "::1".
            if (hostLength < 5 || text[hostLength - 1] != T.CreateTruncating(']'))
            {
                return false;
            }
        }
        else
        {
            var nameEnd = text.IndexOfAnyExcept(name);
            hostLength = nameEnd < 0 ? text.Length : nameEnd;
            if (hostLength == 0 || (hostLength == 1 && text[0] == T.CreateTruncating('.')))
            {
                return false;
            }
        }

        return hostLength == text.Length || TryReadPort(text[hostLength..], out port);
    }

    private static bool TryReadPort<T>(ReadOnlySpan<T> text, out int? port)
        where T : unmanaged, IBinaryInteger<T>
    {
        port = null;
        if (text[0] != T.CreateTruncating(':') || text.Length is < 2 or > 1 + MaxPortDigits)
        {
            return false;
        }

        var number = 0;
        foreach (var digit in text[1..])
        {
            var value = int.CreateTruncating(digit) - '0';
            if (value is < 0 or > 9)
            {
                return false;
            }

            number = (number * 10) + value;
        }

        port = number;
        return number is > 0 and <= ushort.MaxValue;
    }
}
