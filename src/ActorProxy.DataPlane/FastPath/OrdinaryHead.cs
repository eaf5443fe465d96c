using System.Text;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Forwarding.Http1;

namespace ActorProxy.DataPlane.FastPath;

/// <summary>
/// The head of a request that asks for nothing special: GET or HEAD over HTTP/1.1, with a target in origin form, without a body, and
/// without a field that concerns this connection. All others are left to the general path.
/// </summary>
/// <param name="isHead">HEAD, not GET.</param>
/// <param name="closes">Whether the client will send no other request.</param>
/// <param name="target">As it came.</param>
/// <param name="host">As it came.</param>
internal readonly ref struct OrdinaryHead(bool isHead, bool closes, ReadOnlySpan<byte> target, ReadOnlySpan<byte> host)
{
    public bool IsHead { get; } = isHead;

    public bool Closes { get; } = closes;

    public ReadOnlySpan<byte> Target { get; } = target;

    public ReadOnlySpan<byte> Host { get; } = host;

    /// <summary>Reads a head, and writes what the upstream gets of it: fields in their order, values as they came.</summary>
    /// <param name="head">Complete and checked: no control bytes, no folded lines, exactly one <c>Host</c>.</param>
    /// <param name="ownFields">The proxy's own fields, as lines.</param>
    /// <param name="upstream">Where to. Holds an unfinished head when the answer is no.</param>
    /// <param name="request">What was read.</param>
    /// <returns>Whether it is an ordinary one.</returns>
    public static bool TryForward(
        ReadOnlySpan<byte> head, ReadOnlySpan<byte> ownFields, ref WriteBuffer upstream, out OrdinaryHead request)
    {
        request = default;
        var isHead = head.StartsWith("HEAD /"u8);
        var lineEnd = head.IndexOf("\r\n"u8);
        if ((!isHead && !head.StartsWith("GET /"u8)) || !head[..lineEnd].EndsWith(" HTTP/1.1"u8))
        {
            return false;
        }

        var host = ReadOnlySpan<byte>.Empty;
        var closes = false;
        upstream.Write(head[..(lineEnd + 2)]);
        for (var rest = head[(lineEnd + 2)..]; rest is not [(byte)'\r', ..]; rest = rest[(lineEnd + 2)..])
        {
            lineEnd = rest.IndexOf("\r\n"u8);
            var colon = rest.IndexOf((byte)':');
            var name = rest[..colon];
            var value = rest[(colon + 1)..lineEnd].Trim(" \t"u8);
            if (name.Length == 4 && Ascii.EqualsIgnoreCase(name, "host"u8))
            {
                host = value;
                WriteField("Host"u8, value, ref upstream);
            }
            else if (name.Length == 10 && Ascii.EqualsIgnoreCase(name, "connection"u8))
            {
                // Each of them: a second one may name a field that is not to be forwarded.
                var saysClose = Ascii.EqualsIgnoreCase(value, "close"u8);
                closes |= saysClose;
                if (!saysClose && !Ascii.EqualsIgnoreCase(value, "keep-alive"u8))
                {
                    return false;
                }
            }
            else if (IsSpecial(name))
            {
                return false;
            }
            else if (FieldRules.MayReachUpstream(name))
            {
                WriteField(name, value, ref upstream);
            }
        }

        upstream.Write(ownFields);
        upstream.Write("\r\n"u8);
        var method = isHead ? "HEAD ".Length : "GET ".Length;
        request = new OrdinaryHead(isHead, closes, head[method..(head.IndexOf("\r\n"u8) - " HTTP/1.1".Length)], host);
        return true;
    }

    private static bool IsSpecial(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Ascii.EqualsIgnoreCase(name, "te"u8),
        6 => Ascii.EqualsIgnoreCase(name, "expect"u8),
        7 => Ascii.EqualsIgnoreCase(name, "upgrade"u8),
        14 => Ascii.EqualsIgnoreCase(name, "content-length"u8),
        17 => Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8),
        _ => false,
    };

    private static void WriteField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref WriteBuffer output)
    {
        output.Write(name);
        output.Write(": "u8);
        output.Write(value);
        output.Write("\r\n"u8);
    }
}
