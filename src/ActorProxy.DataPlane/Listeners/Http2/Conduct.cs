namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>
/// Judges what happens on an HTTP/2 connection by its frames: cheap to send and dear to serve is what floods are made of. Frames of
/// requests, and of bodies that move, cost no clock and no lock.
/// </summary>
/// <param name="time">For the ten seconds.</param>
/// <param name="ended">Called once, from either direction, with what there was too much of.</param>
internal sealed class Conduct(TimeProvider time, Action<string> ended)
{
    /// <summary>Resets in ten seconds, by either side: a client can make the server reset as well.</summary>
    public const int MostResets = 200;

    /// <summary>Frames in ten seconds that are no part of a request, without a new one.</summary>
    public const int MostIdleFrames = 1000;

    // A head that was given up behind so many was a flood, whatever else it was.
    private const int ContinuationsOfFlood = 16;

    // A client answers DATA with WINDOW_UPDATE, twice a frame and, when it reads little by little, more often; gRPC with a PING too.
    private const int AnswersToData = 3;
    private const int BytesForAnswer = 1024;

    private readonly Lock _lock = new();
    private readonly long _began = time.GetTimestamp();
    private RecentCount _resets;
    private int[]? _resetStreams;
    private int _nextReset;
    private RecentCount _idleFrames;
    private int _highestStream;
    private int _newStream;
    private int _continuations;

    // Each written by one direction only.
    private long _answersDue;
    private long _answersSeen;
    private int _isOver;
    private bool _isPauseDue;

    /// <summary>Where streams are noted; <c>null</c> for nowhere.</summary>
    public UnreachedStreams? Streams { get; init; }

    /// <summary>Where their number is bounded; <c>null</c> for nowhere.</summary>
    public OpenStreams? Open { get; init; }

    /// <summary>The connection is to end with ENHANCE_YOUR_CALM.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>
    /// Whether to read on only after a pause, asked once: the client resets what it asks for, and whoever reads its heads and its resets
    /// together asks no upstream for what it does not want.
    /// </summary>
    public bool TakePause() => _isPauseDue && !(_isPauseDue = false);

    /// <summary>A frame came from the client.</summary>
    /// <returns>Whether the connection may go on.</returns>
    public bool Received(in FrameHeader frame)
    {
        switch (frame.Type)
        {
            case FrameType.Data:
                return frame.Content > 0 || frame.EndsStream || CountIdleFrame("empty_frames");

            case FrameType.Headers:
                if (!HeadBegan(frame.Stream))
                {
                    return false;
                }

                HeadWent(frame);
                return true;

            case FrameType.Continuation:
                HeadWent(frame);
                Volatile.Write(ref _continuations, frame.EndsHeaders ? 0 : _continuations + 1);
                return CountIdleFrame("continuation");

            case FrameType.ResetStream:
                Streams?.Remove(frame.Stream);
                Open?.GiveUp(frame.Stream);
                _isPauseDue = Open is { AreMostlyGivenUp: true };
                return CountReset(frame.Stream) ?? CountIdleFrame("control_frames");

            case FrameType.Ping or FrameType.WindowUpdate when _answersSeen < Volatile.Read(ref _answersDue):
                _answersSeen++;
                return true;

            default:
                return CountIdleFrame("control_frames");
        }
    }

    /// <summary>A frame goes to the client.</summary>
    public void Sent(in FrameHeader frame)
    {
        if (frame.Type == FrameType.Data)
        {
            Volatile.Write(ref _answersDue, _answersDue + AnswersToData + (frame.Length / BytesForAnswer));
        }
        else if (frame.Type == FrameType.ResetStream)
        {
            Streams?.Reset(frame.Stream);
            Open?.End(frame.Stream);
            CountReset(frame.Stream);
        }
        else if (frame.Type == FrameType.GoAway && Volatile.Read(ref _continuations) > ContinuationsOfFlood)
        {
            End("continuation");
        }

        if (frame.Type is FrameType.Data or FrameType.Headers && frame.EndsStream)
        {
            Open?.End(frame.Stream);
        }
        else if (frame.Type == FrameType.Headers)
        {
            Open?.BeginAnswer(frame.Stream);
        }
    }

    // Trailers have their stream's number and are no new request. A stream that is one too many will be reset, and counts at once: before
    // its request has been refused, any number of them could come.
    private bool HeadBegan(int stream)
    {
        Volatile.Write(ref _continuations, 0);
        if (stream <= _highestStream)
        {
            return true;
        }

        _highestStream = _newStream = stream;
        _idleFrames.Clear();
        return Open?.TryBegin(stream) != false || CountReset(stream) != false;
    }

    private void HeadWent(in FrameHeader frame)
    {
        if (frame.EndsHeaders && _newStream != 0)
        {
            Streams?.Add(_newStream);
            _newStream = 0;
        }
    }

    private bool CountIdleFrame(string what)
    {
        if (_idleFrames.Add(time.GetElapsedTime(_began)) > MostIdleFrames)
        {
            End(what);
        }

        return !IsOver;
    }

    // Nothing for a stream that was counted: both sides may reset it.
    private bool? CountReset(int stream)
    {
        lock (_lock)
        {
            _resetStreams ??= new int[MostResets];
            if (_resetStreams.AsSpan().Contains(stream))
            {
                return null;
            }

            _resetStreams[_nextReset++ % MostResets] = stream;
            if (_resets.Add(time.GetElapsedTime(_began)) <= MostResets)
            {
                return !IsOver;
            }
        }

        End("resets");
        return false;
    }

    private void End(string reason)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            ended(reason);
        }
    }
}
