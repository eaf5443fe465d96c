namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>What stands before a frame's payload (RFC 9113 §4.1).</summary>
/// <param name="Type">See <see cref="FrameType"/>; others are possible.</param>
/// <param name="Flags">Their meaning depends on the type.</param>
/// <param name="Stream">0 for the connection.</param>
/// <param name="Length">Of the payload.</param>
/// <param name="Content">Of the payload without the padding, where padding is looked at: in DATA.</param>
internal readonly record struct FrameHeader(byte Type, byte Flags, int Stream, int Length, int Content)
{
    private const byte EndStreamFlag = 1;
    private const byte EndHeadersFlag = 4;

    public bool EndsStream => (Flags & EndStreamFlag) != 0;

    public bool EndsHeaders => (Flags & EndHeadersFlag) != 0;
}
