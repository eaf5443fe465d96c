using System.Buffers.Binary;

namespace ActorProxy.Tests.DataPlane.Listeners;

/// <summary>HTTP/2 by hand (RFC 9113 §4.1, §6).</summary>
internal static class Http2Frames
{
    public const byte Ping = 6;
    public const byte GoAway = 7;

    private const int HeaderLength = 9;

    /// <summary>The client's preface with empty SETTINGS.</summary>
    public static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(type: 4, flags: 0, stream: 0, [])];

    public static byte[] PingFrame => Frame(Ping, flags: 0, stream: 0, new byte[8]);

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    public static IReadOnlyList<byte> TypesIn(byte[] received)
    {
        var types = new List<byte>();
        for (var rest = received.AsSpan(); rest.Length >= HeaderLength;)
        {
            types.Add(rest[3]);
            var length = HeaderLength + ((rest[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(rest[1..]));
            rest = rest[Math.Min(length, rest.Length)..];
        }

        return types;
    }
}
