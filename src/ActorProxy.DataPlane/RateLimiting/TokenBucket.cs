namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>One client's tokens, as of its last request. Refilled by arithmetic when it is looked at, never by a timer.</summary>
internal struct TokenBucket
{
    private long _level;
    private long _settledAt;

    private TokenBucket(long level, long now)
    {
        _level = level;
        _settledAt = now;
    }

    /// <summary>The tick of the last request, or of the last change of the limit.</summary>
    public readonly long SettledAt => _settledAt;

    public static TokenBucket Full(in BucketLimit limit, long now) => new(limit.Capacity, now);

    /// <summary>Takes one token.</summary>
    /// <param name="limit">The limit that holds now.</param>
    /// <param name="now">Ticks; earlier than the last call's (threads race for the lock) counts as no time passed.</param>
    /// <param name="wait">Ticks until there is a token; 0 when one was taken.</param>
    public bool TryTake(in BucketLimit limit, long now, out long wait)
    {
        Settle(limit, now);
        if (_level >= limit.Token)
        {
            _level -= limit.Token;
            wait = 0;
            return true;
        }

        wait = DivideUp(limit.Token - _level, limit.Rate);
        return false;
    }

    /// <summary>Puts another limit in force: what was gained so far counts at the old rate, tokens above the new burst are cut.</summary>
    public void Change(in BucketLimit from, in BucketLimit to, long now)
    {
        Settle(from, now);
        _level = Math.Min(_level, to.Capacity);
    }

    /// <summary>The tick at which it is full if nobody takes a token.</summary>
    public readonly long FullAt(in BucketLimit limit) => _settledAt + DivideUp(limit.Capacity - _level, limit.Rate);

    private void Settle(in BucketLimit limit, long now)
    {
        var elapsed = Math.Max(0, now - _settledAt);
        var overflow = Math.BigMul(elapsed, limit.Rate, out var gained);
        _level = overflow != 0 || gained < 0 || gained > limit.Capacity - _level ? limit.Capacity : _level + gained;
        _settledAt += elapsed;
    }

    private static long DivideUp(long parts, long rate) => parts <= 0 ? 0 : ((parts - 1) / rate) + 1;
}
