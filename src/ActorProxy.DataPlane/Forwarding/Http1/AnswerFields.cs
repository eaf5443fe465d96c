using System.Text;
using ActorProxy.DataPlane.Requests;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Field lines of an answer's head and trailers, read with one meaning only (RFC 9112 §5).</summary>
internal static class AnswerFields
{
    /// <summary>Splits a line without its end. A folded line begins with a blank, which is no token: refused like any other.</summary>
    /// <exception cref="UpstreamException">The name is no token, or the value has a control byte.</exception>
    public static void Split(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            throw UpstreamException.Protocol("A field line of the answer has no name.");
        }

        name = line[..colon];
        value = Trim(line[(colon + 1)..]);
        if (!FieldSyntax.IsToken(name))
        {
            throw UpstreamException.Protocol("A field name of the answer is no token.");
        }

        RequireText(value);
    }

    /// <exception cref="UpstreamException">There is a control byte: a bare CR or NUL among them.</exception>
    public static void RequireText(ReadOnlySpan<byte> value)
    {
        if (!FieldSyntax.IsValue(value))
        {
            throw UpstreamException.Protocol("The answer's head has a control byte.");
        }
    }

    /// <summary>Whether a list such as <c>Connection</c>'s has a member, in any case.</summary>
    public static bool ListContains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> member)
    {
        foreach (var range in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(Trim(list[range]), member))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A length of plain digits, or -1.</summary>
    public static long ParseLength(ReadOnlySpan<byte> digits)
    {
        if (digits.IsEmpty || digits.Length > 19 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return -1;
        }

        ulong length = 0;
        foreach (var digit in digits)
        {
            length = (length * 10) + (ulong)(digit - '0');
        }

        return length > long.MaxValue ? -1 : (long)length;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);
}
