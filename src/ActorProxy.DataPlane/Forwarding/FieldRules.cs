using System.Collections.Frozen;
using System.Text;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Which header fields never pass.</summary>
internal static class FieldRules
{
    // RFC 9110 §7.6.1, with those that RFC 2616 §13.5.1 counted as well.
    private static readonly string[] HopByHop =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Transfer-Encoding", "Upgrade",
        "HTTP2-Settings",
    ];

    // `Proxy` becomes the variable HTTP_PROXY of a CGI program.
    private static readonly FrozenSet<string> NotToUpstream = new HashSet<string>(
        [.. HopByHop, "Host", "Forwarded", "X-Real-IP", "Proxy"], StringComparer.OrdinalIgnoreCase).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> NotToClient = new HashSet<string>(
        [.. HopByHop, "Server"], StringComparer.OrdinalIgnoreCase).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NotToUpstreamBySpan =
        NotToUpstream.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NotToClientBySpan =
        NotToClient.GetAlternateLookup<ReadOnlySpan<char>>();

    private const int LongestOnStack = 64;
    private const string ContentLength = "Content-Length";
    private const string ForwardedPrefix = "X-Forwarded-";

    /// <summary>Whether a request's field is forwarded; the proxy's own are added later.</summary>
    public static bool MayReachUpstream(ReadOnlySpan<char> name) =>
        !IsKeptFromUpstream(name) && !(name.Contains('_') && IsLookAlike(name.ToString().Replace('_', '-')));

    /// <inheritdoc cref="MayReachUpstream(ReadOnlySpan{char})"/>
    public static bool MayReachUpstream(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[LongestOnStack];
        return MayReachUpstream(Widen(name, text));
    }

    /// <inheritdoc cref="MayReachClient(ReadOnlySpan{char})"/>
    public static bool MayReachClient(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[LongestOnStack];
        return MayReachClient(Widen(name, text));
    }

    /// <summary>Whether a response's field is passed on.</summary>
    public static bool MayReachClient(ReadOnlySpan<char> name) => !NotToClientBySpan.Contains(name);

    /// <summary>Whether <c>Connection</c> may remove it: not what frames the message.</summary>
    public static bool MayBeNamedByConnection(string name) => !name.Equals(ContentLength, StringComparison.OrdinalIgnoreCase);

    private static bool IsKeptFromUpstream(ReadOnlySpan<char> name) =>
        NotToUpstreamBySpan.Contains(name) || name.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase) || name is [':', ..];

    private static ReadOnlySpan<char> Widen(ReadOnlySpan<byte> name, Span<char> text) =>
        name.Length > text.Length ? Encoding.Latin1.GetString(name) : text[..Encoding.Latin1.GetChars(name, text)];

    // CGI and WSGI read `_` and `-` alike.
    private static bool IsLookAlike(string name) =>
        IsKeptFromUpstream(name) || name.Equals(ContentLength, StringComparison.OrdinalIgnoreCase);
}
