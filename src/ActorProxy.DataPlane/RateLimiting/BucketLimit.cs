using ActorProxy.Core.Configuration;

namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>
/// A rate limit in the clock's own unit, so that refilling is one multiplication. A token is <see cref="Token"/> parts; a tick of
/// the clock adds <see cref="Rate"/> parts.
/// </summary>
internal readonly struct BucketLimit(RateLimit limit, long ticksPerSecond)
{
    public long Rate { get; } = limit.RequestsPerSecond;

    public long Token { get; } = ticksPerSecond;

    /// <summary>Parts of a full bucket. The largest burst (2³¹) at a nanosecond clock (2³⁰) leaves room in 63 bits.</summary>
    public long Capacity { get; } = limit.Burst * ticksPerSecond;
}
