using System.Buffers.Binary;
using System.Net;

namespace ActorProxy.Core.Clients;

/// <summary>
/// Who counts as one client, as a number: an IPv4 address (also when mapped into IPv6) or an IPv6 /64, which is what one customer
/// is given (RFC 6177).
/// </summary>
public static class ClientPrefix
{
    // IPv4 lives where IPv6 has multicast (ffff:ffff::/32), which is never a peer's address.
    private const ulong IPv4 = 0xffff_ffff_0000_0000;

    /// <summary>The client that an address belongs to; equal for the same client only.</summary>
    /// <param name="address">The socket's peer.</param>
    public static ulong Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (length == 4)
        {
            return IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        return address.IsIPv4MappedToIPv6
            ? IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>The network around a client: the IPv4 /24 or the IPv6 /48.</summary>
    /// <param name="client">What <see cref="Of"/> gave.</param>
    public static ulong NetworkOf(ulong client) => client >= IPv4 ? client & ~0xfful : client & ~0xfffful;
}
