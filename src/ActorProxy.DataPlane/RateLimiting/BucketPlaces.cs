namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>How many buckets there may be over all shards. Lock-free, so that a shard may ask while it holds its own lock.</summary>
internal sealed class BucketPlaces(int capacity)
{
    private int _taken;

    /// <summary>Places in use.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public bool TryTake()
    {
        var taken = Taken;
        while (taken < capacity)
        {
            var seen = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (seen == taken)
            {
                return true;
            }

            taken = seen;
        }

        return false;
    }

    public void Return(int count) => Interlocked.Add(ref _taken, -count);
}
