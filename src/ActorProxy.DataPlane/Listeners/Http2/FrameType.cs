namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>The types that are told apart (RFC 9113 §6).</summary>
internal static class FrameType
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
}
