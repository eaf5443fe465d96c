using System.Buffers.Binary;
using System.Text;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// Strings for names and values that come again and again. A slot holds the last string that fell into it, so the memory is
/// bounded whatever upstreams send. Threads may race: a slot then holds either string, and each is right for who made it.
/// </summary>
internal sealed class FieldStrings
{
    private const int Slots = 1024;
    private const int LongestKept = 64;

    private readonly string?[] _slots = new string?[Slots];

    /// <summary>The bytes as Latin-1: each byte one character, none changed.</summary>
    public string Get(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        if (bytes.Length > LongestKept)
        {
            return Encoding.Latin1.GetString(bytes);
        }

        ref var slot = ref _slots[Hash(bytes) % Slots];
        var kept = slot;
        if (kept is not null && kept.Length == bytes.Length && Ascii.Equals(bytes, kept))
        {
            return kept;
        }

        return slot = Encoding.Latin1.GetString(bytes);
    }

    // Ends and length only: names and dates differ there, and a collision costs one string.
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash;
        if (bytes.Length >= sizeof(ulong))
        {
            hash = BinaryPrimitives.ReadUInt64LittleEndian(bytes) * 0x9E3779B97F4A7C15
                ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[^sizeof(ulong)..]);
        }
        else
        {
            hash = 0;
            foreach (var b in bytes)
            {
                hash = (hash << 8) | b;
            }
        }

        hash = (hash + (ulong)bytes.Length) * 0xD6E8FEB86659FD93;
        return (uint)(hash >> 40);
    }
}
