namespace ActorProxy.ControlPlane.Supervision;

/// <summary>
/// Judges by unanswered probes whether an actor is deaf. Counts probes and not the time alone: after a pause of the whole process
/// (SIGSTOP, a frozen container) nobody has answered, and nobody is deaf.
/// </summary>
internal sealed class Hearing(TimeSpan interval, TimeSpan deafAfter, TimeProvider time)
{
    private long _probe;
    private long _lastTick = time.GetTimestamp();
    private bool _awaited;
    private int _missed;

    /// <summary>The probe that was sent last.</summary>
    public long LastProbe => _probe;

    /// <summary>Whether two probes in a row went unanswered: worth showing, too early to act.</summary>
    public bool IsDoubtful => _missed >= 2;

    public bool IsDeaf => _missed * interval >= deafAfter;

    /// <summary>A probe is due.</summary>
    /// <returns>The number of the probe to send now.</returns>
    public long Tick()
    {
        var passed = time.GetElapsedTime(_lastTick);
        _lastTick = time.GetTimestamp();
        if (passed > interval * 3)
        {
            _missed = 0;
        }
        else if (_awaited && passed > interval / 2)
        {
            _missed++;
        }

        _awaited = true;
        return ++_probe;
    }

    /// <summary>It has answered a probe, whichever.</summary>
    public void Answered()
    {
        _awaited = false;
        _missed = 0;
    }
}
