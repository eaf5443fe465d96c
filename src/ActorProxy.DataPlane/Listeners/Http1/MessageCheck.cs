using System.Buffers;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>Follows a connection from message to message and says how far its bytes may be shown. Knows no pipes and no clocks.</summary>
internal sealed class MessageCheck
{
    private readonly HeadCheck _head = new();
    private ChunkedBodyCheck _chunks;
    private long _bodyLeft;

    /// <summary>What the next byte belongs to. <see cref="MessagePhase.Head"/> between two messages as well.</summary>
    public MessagePhase Phase { get; private set; }

    /// <summary>Bytes of a head have come, but not its end.</summary>
    public bool HeadIncomplete { get; private set; }

    /// <inheritdoc cref="FieldChecks.ConnectionOptions"/>
    public string? ConnectionOptions => _head.Fields.ConnectionOptions;

    /// <summary>Why no further byte is shown, and the connection is to end with this answer; <c>null</c> while all is well.</summary>
    public RefusedHead? Refused { get; private set; }

    /// <summary>No further byte is shown, for the body's framing is malformed.</summary>
    public bool IsBodyMalformed => _chunks.IsMalformed;

    /// <summary>Goes on with bytes that follow those verified so far, to the end of a head or a body at most.</summary>
    /// <returns>How many more are verified; 0 for a head that is incomplete or refused.</returns>
    public long Read(in ReadOnlySequence<byte> bytes)
    {
        switch (Phase)
        {
            case MessagePhase.Head:
                return ReadHead(bytes);
            case MessagePhase.FixedBody:
                var read = Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= read;
                Phase = _bodyLeft == 0 ? MessagePhase.Head : MessagePhase.FixedBody;
                return read;
            case MessagePhase.ChunkedBody:
                var verified = _chunks.Read(bytes);
                Phase = _chunks.HasEnded ? MessagePhase.Head : MessagePhase.ChunkedBody;
                return verified;
            default:
                return 0;
        }
    }

    /// <summary>Refuses a head that did not become complete in time.</summary>
    public void RefuseIncomplete(in ReadOnlySequence<byte> head) =>
        Refused = _head.Describe(head) with { Refusal = Refusal.RequestTimeout };

    private long ReadHead(in ReadOnlySequence<byte> bytes)
    {
        if (!HeadIncomplete)
        {
            _head.Reset();
        }

        switch (_head.Read(bytes))
        {
            case HeadVerdict.Complete:
                HeadIncomplete = false;
                Phase = PhaseAfterHead();
                return _head.Length;
            case HeadVerdict.Refused:
                Refused = _head.Describe(bytes);
                return 0;
            default:
                HeadIncomplete = _head.HasBegun(bytes.Length);
                return 0;
        }
    }

    private MessagePhase PhaseAfterHead()
    {
        _chunks = default;
        _bodyLeft = _head.Fields.ContentLength;
        return _head.Fields switch
        {
            { IsChunked: true } => MessagePhase.ChunkedBody,
            { ContentLength: > 0 } => MessagePhase.FixedBody,
            { MayBecomeTunnel: true } => MessagePhase.Undecided,
            _ => MessagePhase.Head,
        };
    }
}
