using System.Collections.Concurrent;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Clocks for exchanges, and those that wait for their next one.</summary>
internal sealed class ExchangeClocks(TimeProvider time)
{
    // A burst leaves no more behind; each holds a timer.
    private const int MaxWaiting = 1024;

    private readonly ConcurrentQueue<ExchangeClock> _waiting = new();
    private int _count;

    /// <summary>The clock of an exchange that begins now. Ends with its disposal.</summary>
    /// <param name="site">Its timeouts.</param>
    /// <param name="limitsDrip">Whether an upload below 240 bytes/s ends the exchange: over HTTP/1.</param>
    /// <param name="cancelled">See <see cref="ExchangeClock.Begin"/>.</param>
    public ExchangeClock Begin(SiteRoute site, bool limitsDrip, Action<ExchangeClock>? cancelled = null)
    {
        if (_waiting.TryDequeue(out var clock))
        {
            Interlocked.Decrement(ref _count);
        }
        else
        {
            clock = new ExchangeClock(this, time);
        }

        clock.Begin(site, limitsDrip, cancelled);
        return clock;
    }

    /// <summary>Keeps a clock for later; says no when there are enough.</summary>
    public bool TryTakeBack(ExchangeClock clock)
    {
        if (Interlocked.Increment(ref _count) > MaxWaiting)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _waiting.Enqueue(clock);
        return true;
    }
}
