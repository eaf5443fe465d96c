using System.Buffers;

namespace ActorProxy.DataPlane.Requests;

/// <summary>Request targets: HTTP/1's and HTTP/2's <c>:path</c> by the same rules. A good one is forwarded byte for byte.</summary>
internal static class RequestTarget
{
    /// <summary>A longer one is answered with 414.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>Everything but 0x00–0x20, <c>#</c>, 0x7f and what is not ASCII.</summary>
    public static readonly SearchValues<byte> Bytes = SearchValues.Create(
        "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private static readonly SearchValues<char> Chars = SearchValues.Create(
        "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Checks a target in origin form (<c>/path?query</c>), or <c>*</c> for OPTIONS. An absolute one is malformed here: reduce it first.</summary>
    public static TargetVerdict Check(ReadOnlySpan<char> target, ReadOnlySpan<char> method)
    {
        if (target.Length > MaxLength)
        {
            return TargetVerdict.TooLong;
        }

        var good = target is ['/', ..]
            ? !target.ContainsAnyExcept(Chars) && !Path(target).Contains("%00", StringComparison.Ordinal)
            : target is "*" && method is "OPTIONS";
        return good ? TargetVerdict.Good : TargetVerdict.Malformed;
    }

    /// <summary>Whether a path in origin form, made of <see cref="Bytes"/>, holds an encoded NUL. A query may.</summary>
    public static bool HasEncodedNul(ReadOnlySpan<byte> target)
    {
        var found = target.IndexOf("%00"u8);
        return found >= 0 && !target[..found].Contains((byte)'?');
    }

    /// <summary>The target without its query.</summary>
    public static ReadOnlySpan<char> Path(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>Reduces an absolute HTTP/1.1 target (<c>http://host/path</c>); others come back as they are, without an allocation.</summary>
    /// <param name="target">The raw target.</param>
    /// <param name="method">Decides what an absent path means: <c>*</c> for OPTIONS (RFC 9112 §3.2.4), else <c>/</c>.</param>
    public static string Reduce(string target, string method)
    {
        if (AuthorityOf(target) is not { IsEmpty: false } authority)
        {
            return target;
        }

        var rest = target.AsSpan(target.IndexOf("://", StringComparison.Ordinal) + "://".Length + authority.Length);
        return rest switch
        {
            ['/', ..] => rest.ToString(),
            [] when method == "OPTIONS" => "*",
            _ => string.Concat("/", rest),
        };
    }

    /// <summary>The authority of an absolute target with the scheme <c>http</c> or <c>https</c> in lower case; else empty.</summary>
    public static ReadOnlySpan<char> AuthorityOf(ReadOnlySpan<char> target)
    {
        var scheme = target.StartsWith("http://", StringComparison.Ordinal) ? "http://".Length
            : target.StartsWith("https://", StringComparison.Ordinal) ? "https://".Length : 0;
        if (scheme == 0)
        {
            return default;
        }

        var rest = target[scheme..];
        var end = rest.IndexOfAny('/', '?', '#');
        return end < 0 ? rest : rest[..end];
    }
}
