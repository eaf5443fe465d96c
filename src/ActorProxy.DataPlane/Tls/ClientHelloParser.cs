using System.Buffers.Binary;
using System.Text;

namespace ActorProxy.DataPlane.Tls;

/// <summary>Finds the server name in the body of a ClientHello (RFC 8446 §4.1.2, RFC 6066 §3).</summary>
internal static class ClientHelloParser
{
    private const int VersionAndRandomLength = 2 + 32;
    private const ushort ServerNameExtension = 0;
    private const byte HostNameType = 0;

    public static ClientHello Parse(ReadOnlySpan<byte> body)
    {
        var rest = body;
        if (!Skip(ref rest, VersionAndRandomLength)
            || !TryTakeShort(ref rest, out _) // session id
            || !TryTakeLong(ref rest, out _) // cipher suites
            || !TryTakeShort(ref rest, out _)) // compression methods
        {
            return ClientHello.Malformed;
        }

        if (rest.IsEmpty)
        {
            return new ClientHello(ClientHelloState.Complete);
        }

        return TryTakeLong(ref rest, out var extensions) && rest.IsEmpty ? ParseExtensions(extensions) : ClientHello.Malformed;
    }

    private static ClientHello ParseExtensions(ReadOnlySpan<byte> extensions)
    {
        string? name = null;
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < 2)
            {
                return ClientHello.Malformed;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTakeLong(ref extensions, out var content))
            {
                return ClientHello.Malformed;
            }

            if (type == ServerNameExtension)
            {
                // A second one is forbidden: which of the two would OpenSSL take?
                if (name is not null || !TryParseServerName(content, out name))
                {
                    return ClientHello.Malformed;
                }
            }
        }

        return new ClientHello(ClientHelloState.Complete, name);
    }

    // The list holds one entry: other types than host_name never came to be, and OpenSSL takes the same view.
    private static bool TryParseServerName(ReadOnlySpan<byte> content, out string? name)
    {
        name = null;
        if (!TryTakeLong(ref content, out var list) || !content.IsEmpty || list.IsEmpty || list[0] != HostNameType)
        {
            return false;
        }

        list = list[1..];
        if (!TryTakeLong(ref list, out var host) || !list.IsEmpty || host.IsEmpty)
        {
            return false;
        }

        // Latin-1: a byte from 0x80 up becomes a character that no configured name has.
        name = Encoding.Latin1.GetString(host[^1] == (byte)'.' ? host[..^1] : host).ToLowerInvariant();
        return true;
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
        {
            return false;
        }

        rest = rest[length..];
        return true;
    }

    // A vector with a length of one byte.
    private static bool TryTakeShort(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return rest.Length >= 1 && TryTake(ref rest, headerLength: 1, rest[0], out vector);
    }

    // A vector with a length of two bytes.
    private static bool TryTakeLong(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return rest.Length >= 2 && TryTake(ref rest, headerLength: 2, BinaryPrimitives.ReadUInt16BigEndian(rest), out vector);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, int headerLength, int length, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (rest.Length < headerLength + length)
        {
            return false;
        }

        vector = rest.Slice(headerLength, length);
        rest = rest[(headerLength + length)..];
        return true;
    }
}
