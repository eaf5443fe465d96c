using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace ActorProxy.Management;

/// <summary>
/// One connection and its clock. A connection feature: requests find it with <c>Features.Get&lt;ManagementConnection&gt;()</c>.
/// </summary>
internal sealed class ManagementConnection
{
    /// <summary>For a request to come, to be complete, and for its answer to be taken: each.</summary>
    public static readonly TimeSpan PhaseLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ConnectionContext _context;
    private readonly TimeProvider _time;
    private readonly Action _becameIdle;
    private readonly ITimer _clock;
    private ConnectionPhase _phase;
    private long _since;

    /// <param name="context">The accepted connection.</param>
    /// <param name="time">Measures the phases.</param>
    /// <param name="becameIdle">Told when it may be closed for a newcomer.</param>
    public ManagementConnection(ConnectionContext context, TimeProvider time, Action becameIdle)
    {
        _context = context;
        _time = time;
        _becameIdle = becameIdle;
        _since = time.GetTimestamp();
        _clock = time.CreateTimer(static self => ((ManagementConnection)self!).PhaseMayBeOver(), this, PhaseLimit, Timeout.InfiniteTimeSpan);
        context.Transport = new WatchedPipe(context.Transport, BytesArrived);
        context.Features.Set(this);
    }

    /// <summary>When it became idle, in ticks; <c>null</c> when it is not.</summary>
    public long? IdleSince
    {
        get
        {
            lock (_lock)
            {
                return _phase == ConnectionPhase.Idle ? _since : null;
            }
        }
    }

    /// <summary>Whether it was told to close.</summary>
    public bool IsEnding
    {
        get
        {
            lock (_lock)
            {
                return _phase == ConnectionPhase.Ending;
            }
        }
    }

    /// <summary>A request was read whole.</summary>
    public void RequestComplete() => Enter(ConnectionPhase.Answering, from: null);

    /// <summary>Its answer was taken.</summary>
    public void AnswerTaken()
    {
        if (Enter(ConnectionPhase.Idle, from: null))
        {
            _becameIdle();
        }
    }

    /// <summary>Closes it, whatever it does.</summary>
    public void End()
    {
        if (Enter(ConnectionPhase.Ending, from: null))
        {
            _context.Abort();
        }
    }

    /// <summary>It is closed.</summary>
    public void Closed()
    {
        Enter(ConnectionPhase.Ending, from: null);
        _clock.Dispose();
    }

    private void BytesArrived() => Enter(ConnectionPhase.Reading, from: ConnectionPhase.Idle);

    private void PhaseMayBeOver()
    {
        lock (_lock)
        {
            // A timer that fires while the next phase begins.
            if (_time.GetElapsedTime(_since) < PhaseLimit)
            {
                return;
            }
        }

        End();
    }

    private bool Enter(ConnectionPhase phase, ConnectionPhase? from)
    {
        lock (_lock)
        {
            if (_phase == ConnectionPhase.Ending || (from is not null && _phase != from))
            {
                return false;
            }

            _phase = phase;
            _since = _time.GetTimestamp();
            _clock.Change(PhaseLimit, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>The connection's pipe; tells when bytes are seen.</summary>
    private sealed class WatchedPipe(IDuplexPipe inner, Action bytesArrived) : IDuplexPipe
    {
        public PipeReader Input { get; } = new WatchedReader(inner.Input, bytesArrived);

        public PipeWriter Output { get; } = inner.Output;
    }
}
