using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>
/// Turns an address into the number its bucket is found by: scrambled with secrets of this process, so that nobody can choose
/// addresses that collide. One-to-one, so no two clients share a key.
/// </summary>
internal sealed class ClientKey
{
    // IPv4 lives where IPv6 has multicast (ffff:ffff::/32), which is never a peer's address.
    private const ulong IPv4 = 0xffff_ffff_0000_0000;

    private readonly ulong _whitening = RandomOdd();
    private readonly ulong _first = RandomOdd();
    private readonly ulong _second = RandomOdd();

    /// <summary>An IPv4 address (also when mapped into IPv6) or an IPv6 /64.</summary>
    public static ulong Prefix(IPAddress client)
    {
        Span<byte> bytes = stackalloc byte[16];
        client.TryWriteBytes(bytes, out var length);
        if (length == 4)
        {
            return IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        return client.IsIPv4MappedToIPv6
            ? IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>The IPv4 /24 or IPv6 /48 around a prefix.</summary>
    public static ulong Network(ulong prefix) => prefix >= IPv4 ? prefix & ~0xfful : prefix & ~0xfffful;

    /// <summary>A keyed bijection: odd multiplications and shifts each can be undone, by whoever knows the secrets.</summary>
    public ulong Scramble(ulong prefix)
    {
        var mixed = (prefix ^ _whitening) * _first;
        mixed = (mixed ^ (mixed >> 32)) * _second;
        return mixed ^ (mixed >> 29);
    }

    private static ulong RandomOdd()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }
}
