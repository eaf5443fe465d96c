namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>Lets a clock on another thread end the wait for a head, but never a request whose head became complete in the same moment.</summary>
internal sealed class HeadClock
{
    private const int Busy = 0;
    private const int Waiting = 1;
    private const int Expired = 2;

    private int _state;

    /// <summary>The clock won.</summary>
    public bool HasExpired => Volatile.Read(ref _state) == Expired;

    /// <summary>The reader waits for a head.</summary>
    public void Wait()
    {
        if (Volatile.Read(ref _state) == Busy)
        {
            Volatile.Write(ref _state, Waiting);
        }
    }

    /// <summary>A head is complete: the request wins.</summary>
    public void Stop() => Volatile.Write(ref _state, Busy);

    /// <summary>The clock ran out.</summary>
    /// <returns><c>false</c> when no head is waited for.</returns>
    public bool TryExpire() => Interlocked.CompareExchange(ref _state, Expired, Waiting) == Waiting;
}
