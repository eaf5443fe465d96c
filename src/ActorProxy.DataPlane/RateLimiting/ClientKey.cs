using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>
/// Scrambles what identifies a client with secrets of this process, so that nobody can choose addresses that collide. One-to-one,
/// so no two clients share a key.
/// </summary>
internal sealed class ClientKey
{
    private readonly ulong _whitening = RandomOdd();
    private readonly ulong _first = RandomOdd();
    private readonly ulong _second = RandomOdd();

    /// <summary>A keyed bijection: odd multiplications and shifts each can be undone, by whoever knows the secrets.</summary>
    public ulong Scramble(ulong client)
    {
        var mixed = (client ^ _whitening) * _first;
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
