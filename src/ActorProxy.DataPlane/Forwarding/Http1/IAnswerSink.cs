namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Takes a final answer as it is read. What it is given has been checked, and is gone when the call returns.</summary>
internal interface IAnswerSink
{
    /// <summary>The status line.</summary>
    /// <param name="status">200–999, or 101.</param>
    /// <param name="isHttp10">Whether the upstream speaks HTTP/1.0.</param>
    /// <param name="reason">May be empty.</param>
    void Begin(int status, bool isHttp10, ReadOnlySpan<byte> reason);

    /// <summary>A field of the head, those that frame the message among them.</summary>
    void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>A field behind the body.</summary>
    void Trailer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);
}
