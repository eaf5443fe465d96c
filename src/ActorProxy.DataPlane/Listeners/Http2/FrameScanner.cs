using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>Finds the frames in a direction of a connection, in whatever pieces it comes; payloads are skipped, nothing is copied.</summary>
/// <param name="preface">Bytes before the first frame.</param>
internal struct FrameScanner(int preface)
{
    public const int HeaderLength = 9;

    // The pad length is the first byte of a padded frame's payload.
    private const int PaddedHeaderLength = HeaderLength + 1;
    private const byte PaddedFlag = 8;

    private Partial _partial;
    private int _have;

    /// <summary>What is left of the payload of the last frame.</summary>
    public int Rest { get; private set; } = preface;

    /// <summary>Skips to the next frame.</summary>
    /// <param name="bytes">What came; begins behind the frame's header afterwards.</param>
    /// <param name="frame">The frame.</param>
    /// <returns><c>false</c> when its header is not there yet: all bytes have been taken.</returns>
    public bool TryNext(ref ReadOnlySpan<byte> bytes, out FrameHeader frame)
    {
        var payload = Math.Min(Rest, bytes.Length);
        bytes = bytes[payload..];
        Rest -= payload;
        if (_have == 0 && bytes.Length >= PaddedHeaderLength)
        {
            bytes = bytes[Read(bytes, out frame)..];
            return true;
        }

        return TryNextFromPieces(ref bytes, out frame);
    }

    private bool TryNextFromPieces(ref ReadOnlySpan<byte> bytes, out FrameHeader frame)
    {
        Span<byte> partial = _partial;
        while (!bytes.IsEmpty)
        {
            partial[_have++] = bytes[0];
            bytes = bytes[1..];
            if (_have == PaddedHeaderLength || (_have == HeaderLength && !IsPadded(partial)))
            {
                _have = 0;
                Read(partial, out frame);
                return true;
            }
        }

        frame = default;
        return false;
    }

    private int Read(ReadOnlySpan<byte> bytes, out FrameHeader frame)
    {
        var length = LengthOf(bytes);
        var taken = HeaderLength;
        var content = length;
        if (IsPadded(bytes))
        {
            taken = PaddedHeaderLength;
            content = Math.Max(0, length - 1 - bytes[HeaderLength]);
        }

        Rest = length - (taken - HeaderLength);
        frame = new FrameHeader(bytes[3], bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue, length, content);
        return taken;
    }

    private static int LengthOf(ReadOnlySpan<byte> bytes) => (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8);

    private static bool IsPadded(ReadOnlySpan<byte> bytes) =>
        bytes[3] == FrameType.Data && (bytes[4] & PaddedFlag) != 0 && LengthOf(bytes) > 0;

    [InlineArray(PaddedHeaderLength)]
    private struct Partial
    {
        private byte _first;
    }
}
