namespace ActorProxy.ControlPlane.Traffic;

/// <summary>How long to wait before the next try: twice as long each time, up to a bound.</summary>
internal sealed class BackOff(TimeSpan first, TimeSpan longest)
{
    private int _tries;

    public TimeSpan Next()
    {
        // Past sixteen doublings any bound is reached, and the number does not overflow.
        var wait = first * (1 << Math.Min(_tries++, 16));
        return wait < longest ? wait : longest;
    }

    public void Reset() => _tries = 0;
}
