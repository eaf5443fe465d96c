namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Where an answer ends, and what that means for its connection (RFC 9112 §6.3, §9.3).</summary>
/// <param name="Length">Bytes of the body, or <see cref="Chunked"/>, or <see cref="UntilClose"/>.</param>
/// <param name="KeepsConnection">Whether the upstream takes another request behind it.</param>
internal readonly record struct AnswerFraming(long Length, bool KeepsConnection)
{
    /// <summary>Chunks tell the end.</summary>
    public const long Chunked = -1;

    /// <summary>The end of the connection is the end of the body.</summary>
    public const long UntilClose = -2;

    public static AnswerFraming Of(AnswerHead head, bool isHead)
    {
        var length = LengthOf(head, isHead);

        // A 204 has no body whatever it says, but one that says so may be followed by one.
        var contradicts = head.Status == 204 && (head.IsChunked || head.ContentLength > 0);
        var keeps = !head.SaysClose && !contradicts && length != UntilClose && (!head.IsHttp10 || head.SaysKeepAlive);
        return new AnswerFraming(length, keeps);
    }

    private static long LengthOf(AnswerHead head, bool isHead)
    {
        if (isHead || head.Status is 204 or 304)
        {
            return 0;
        }

        return head.IsChunked ? Chunked : head.ContentLength >= 0 ? head.ContentLength : UntilClose;
    }
}
