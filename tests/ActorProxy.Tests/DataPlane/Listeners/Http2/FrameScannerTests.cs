using ActorProxy.DataPlane.Listeners.Http2;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

public sealed class FrameScannerTests
{
    private const int Preface = 24;

    private static readonly byte[] Stream =
    [
        .. new byte[Preface],
        .. Http2Frames.Frame(4, 0, 0, new byte[12]),
        .. Http2Frames.Frame(1, 5, 1, new byte[40]),
        .. Http2Frames.Frame(0, 0, 1, []),
        .. Http2Frames.Frame(0, 8, 1, [3, 1, 2, 0, 0, 0]),
        .. Http2Frames.Frame(0, 8, 1, [0]),
        .. Http2Frames.Frame(0, 9, int.MaxValue, [9, 0]),
        .. Http2Frames.Frame(0, 8, 3, []),
        .. Http2Frames.Frame(0, 0, 1, new byte[70_000]),
        .. Http2Frames.Frame(0xff, 0xff, 0, [8]),
    ];

    private static readonly FrameHeader[] Frames =
    [
        new(4, 0, 0, 12, 12),
        new(1, 5, 1, 40, 40),
        new(0, 0, 1, 0, 0),
        new(0, 8, 1, 6, 2),
        new(0, 8, 1, 1, 0),
        new(0, 9, int.MaxValue, 2, 0),
        new(0, 8, 3, 0, 0),
        new(0, 0, 1, 70_000, 70_000),
        new(0xff, 0xff, 0, 1, 1),
    ];

    [Fact]
    public void Finds_the_same_frames_however_the_bytes_are_split()
    {
        for (var split = 0; split <= Stream.Length; split += split is > 200 and < 70_000 ? 1000 : 1)
        {
            Assert.Equal(Frames, Scan([Stream[..split], Stream[split..]]));
        }
    }

    [Fact]
    public void Finds_the_same_frames_byte_by_byte() => Assert.Equal(Frames, Scan(Stream.Select(one => new[] { one })));

    [Fact]
    public void The_reserved_bit_is_no_part_of_the_streams_number()
    {
        var frame = Http2Frames.Frame(1, 0, 5, new byte[3]);
        frame[5] |= 0x80;

        Assert.Equal(5, Assert.Single(Scan([new byte[Preface], frame])).Stream);
    }

    private static List<FrameHeader> Scan(IEnumerable<byte[]> pieces)
    {
        var scanner = new FrameScanner(Preface);
        var found = new List<FrameHeader>();
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> bytes = piece;
            while (scanner.TryNext(ref bytes, out var frame))
            {
                found.Add(frame);
            }
        }

        return found;
    }
}
