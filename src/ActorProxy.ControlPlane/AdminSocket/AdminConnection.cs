using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using Akka.Actor;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>
/// One client as the thread that reads and writes has it. Every phase ends in bounded time, and every way out ends in
/// <see cref="AdminPhase.Closed"/>. For that thread alone, but where said otherwise.
/// </summary>
internal sealed class AdminConnection
{
    private const int MostReadsAtOnce = 16;
    private const int MostThrownAway = 16 * 1024 * 1024;

    private readonly UnixStream _stream;
    private readonly AdminConnectionParts _parts;
    private readonly PeerCredentials _peer;
    private readonly AdminRole _role;
    private readonly LineReader _reader;
    private readonly long _acceptedAt;
    private IActorRef? _attendant;
    private AdminRefusal? _refusal;
    private bool _lineOffered;
    private bool _wasOverdue;
    private bool _wasTurnedAway;
    private ReadOnlyMemory<byte> _unsent;
    private int _thrownAway;
    private int _claimed;
    private int _phase;
    private long _progressAt;

    public AdminConnection(UnixStream stream, PeerCredentials peer, AdminRole role, AdminConnectionParts parts)
    {
        _stream = stream;
        _parts = parts;
        _peer = peer;
        _role = role;
        _reader = new LineReader(parts.MaxCommandBytes);
        _acceptedAt = _progressAt = parts.Time.GetTimestamp();
        Deadline = _acceptedAt + Ticks(parts.Settings.UnattendedAfter);
    }

    /// <summary>Any thread.</summary>
    public AdminPhase Phase
    {
        get => (AdminPhase)Volatile.Read(ref _phase);
        private set => Volatile.Write(ref _phase, (int)value);
    }

    /// <summary>Any thread: since it last gave or took a byte.</summary>
    public TimeSpan Stalled => _parts.Time.GetElapsedTime(Volatile.Read(ref _progressAt));

    /// <summary>The timestamp at which <see cref="PassDeadline"/> is due.</summary>
    public long Deadline { get; private set; }

    /// <summary>Whether an actor is told what it says.</summary>
    public bool IsAttended => _attendant is not null;

    public UnixStream Stream => _stream;

    /// <summary>Where it stands in the set that was polled last, and for what; -1 until it is.</summary>
    public (int Index, PollInterest Interest) Polled { get; set; } = (-1, PollInterest.HangUp);

    private string CommandName =>
        _reader.State == LineState.Complete ? _parts.Parser.Parse(_reader.Line.Span, _role).Name : ParsedLine.NoName;

    public PollInterest Interest => Phase switch
    {
        AdminPhase.Reading or AdminPhase.Lingering => PollInterest.Read,
        AdminPhase.Answering => PollInterest.Write,
        _ => PollInterest.HangUp,
    };

    /// <summary>An actor has a slot for it. What has been read by then is told at once.</summary>
    public void Attend(IActorRef attendant)
    {
        _attendant = attendant;
        switch (Phase)
        {
            case AdminPhase.Waiting:
                BeginReading();
                break;
            case AdminPhase.Asked:
                Offer();
                break;
            case AdminPhase.Closed:
                attendant.Tell(new AdminSocketMessages.ClientClosed());
                break;
        }
    }

    /// <summary>Any thread: takes the right to answer, once; whoever has it writes the log line and sends.</summary>
    public bool TryClaim(AdminAnswer answer, string command)
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0)
        {
            return false;
        }

        _wasTurnedAway = AdminAudit.IsRefusedConnection(answer, command);
        _parts.Audit.Answered(_peer, _acceptedAt, command, answer);
        return true;
    }

    /// <summary>Sends an answer that was claimed.</summary>
    public void Send(AdminAnswer answer)
    {
        if (Phase is AdminPhase.Closed)
        {
            return;
        }

        _unsent = AnswerWriter.Line(answer);
        Enter(AdminPhase.Answering, _parts.ReadTimeout);
        SendMore();
    }

    /// <summary>What it was polled for has happened, or it has hung up.</summary>
    public void BecomeReady()
    {
        switch (Phase)
        {
            case AdminPhase.Reading:
                ReadMore();
                break;
            case AdminPhase.Answering:
                SendMore();
                break;
            case AdminPhase.Lingering:
                ThrowAway();
                break;
            default:
                Close(AdminAudit.Disconnected);
                break;
        }
    }

    /// <summary>The phase has lasted as long as it may.</summary>
    public void PassDeadline()
    {
        switch (Phase)
        {
            case AdminPhase.Waiting:
                // No actor has decided: the pool is bounded by the thread's own limit meanwhile.
                BeginReading();
                break;
            case AdminPhase.Reading:
                Ask(AdminRefusal.Timeout);
                break;
            case AdminPhase.Asked:
                AnswerWithoutActors();
                break;
            case AdminPhase.Answering:
                GiveUp();
                break;
            case AdminPhase.Lingering:
                Close(AdminAudit.Disconnected);
                break;
        }
    }

    /// <summary>Closes it, whatever it does.</summary>
    public void End() => Close(AdminAudit.Ended);

    private void BeginReading()
    {
        Phase = AdminPhase.Reading;
        Deadline = _acceptedAt + Ticks(_parts.ReadTimeout);
        ReadMore();
    }

    // Bounded, so that one client that floods does not keep the thread from the others.
    private void ReadMore()
    {
        for (var reads = 0; reads < MostReadsAtOnce && Phase == AdminPhase.Reading; reads++)
        {
            var read = _stream.Receive(_reader.Room);
            if (read == StreamResult.Nothing)
            {
                return;
            }

            if (read == StreamResult.Broken)
            {
                Close(AdminAudit.Disconnected);
                return;
            }

            Progress();
            TakeRead(read);
        }
    }

    private void TakeRead(int read)
    {
        _reader.Take(read);
        if (_reader.State != LineState.Incomplete)
        {
            Ask(_reader.State == LineState.TooLong ? AdminRefusal.CommandTooLong : null);
        }
    }

    private void Ask(AdminRefusal? refusal)
    {
        _refusal = refusal;
        Enter(AdminPhase.Asked, _parts.Settings.UnattendedAfter);
        Offer();
    }

    private void Offer()
    {
        if (_attendant is null || _lineOffered)
        {
            return;
        }

        _lineOffered = true;
        _attendant.Tell(_refusal is { } refusal
            ? new AdminSocketMessages.LineRefused(refusal)
            : new AdminSocketMessages.LineRead(_reader.Line));
    }

    // What needs no actor is answered here once they are late; the rest is given as long as a slow reload takes.
    private void AnswerWithoutActors()
    {
        var (command, answer) = _refusal is { } refusal
            ? (ParsedLine.NoName, new AdminAnswer.Refused(refusal))
            : AnswerFromPublished(_parts.Parser.Parse(_reader.Line.Span, _role));
        if (answer is null && !_wasOverdue)
        {
            _wasOverdue = true;
            Enter(AdminPhase.Asked, _parts.Settings.AnswerTimeout + _parts.Settings.AnswerTimeout);
            return;
        }

        answer ??= new AdminAnswer.Failed(AdminFailure.NoAnswer, _parts.Tell($"no actor answered the command {command}"));
        if (TryClaim(answer, command))
        {
            Send(answer);
        }
    }

    private (string Command, AdminAnswer? Answer) AnswerFromPublished(ParsedLine parsed) => parsed switch
    {
        ParsedLine.Refused refused => (refused.Name, new AdminAnswer.Refused(refused.Refusal)),
        ParsedLine.Accepted accepted => (accepted.Name, _parts.Published.To(accepted.Command, _role)),
        _ => throw new InvalidOperationException("a line is accepted or refused"),
    };

    private void SendMore()
    {
        while (_unsent.Length > 0)
        {
            var sent = _stream.Send(_unsent.Span);
            if (sent == StreamResult.Nothing)
            {
                return;
            }

            if (sent == StreamResult.Broken)
            {
                GiveUp();
                return;
            }

            Progress();
            _unsent = _unsent[sent..];
        }

        _attendant?.Tell(new AdminSocketMessages.AnswerSent());
        _stream.ShutdownWrite();
        Enter(AdminPhase.Lingering, _parts.Settings.LingerTimeout);
        ThrowAway();
    }

    // A Unix socket that is closed with unread bytes resets its peer, which may lose the answer (unix(7)).
    private void ThrowAway()
    {
        Span<byte> waste = stackalloc byte[4096];
        for (var reads = 0; reads < MostReadsAtOnce; reads++)
        {
            var read = _stream.Receive(waste);
            if (read == StreamResult.Nothing)
            {
                return;
            }

            _thrownAway += Math.Max(read, 0);
            if (read is 0 or StreamResult.Broken || _thrownAway > MostThrownAway)
            {
                Close(AdminAudit.Disconnected);
                return;
            }
        }
    }

    // A second line, but for whoever was refused at the door: a crowd of them would fill the log with it.
    private void GiveUp()
    {
        if (!_wasTurnedAway)
        {
            _parts.Audit.EndedWithout(_peer, _acceptedAt, CommandName, AdminAudit.NotTaken);
        }

        Close(AdminAudit.NotTaken);
    }

    private void Close(string outcome)
    {
        if (Phase == AdminPhase.Closed)
        {
            return;
        }

        Phase = AdminPhase.Closed;
        if (Interlocked.Exchange(ref _claimed, 1) == 0)
        {
            _parts.Audit.EndedWithout(_peer, _acceptedAt, CommandName, outcome);
        }

        _parts.Close(_stream);
        _attendant?.Tell(new AdminSocketMessages.ClientClosed());
    }

    private void Enter(AdminPhase phase, TimeSpan atMost)
    {
        Phase = phase;
        Deadline = _parts.Time.GetTimestamp() + Ticks(atMost);
    }

    private void Progress() => Volatile.Write(ref _progressAt, _parts.Time.GetTimestamp());

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _parts.Time.TimestampFrequency);
}
