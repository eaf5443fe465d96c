namespace ActorProxy.Core.Metrics;

/// <summary>The fixed bounds of <c>request_duration_seconds</c>, from a cache hit beside us to a long poll.</summary>
internal static class DurationBuckets
{
    private static readonly long[] BoundTicks =
        [.. new[] { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60 }.Select(s => TimeSpan.FromSeconds(s).Ticks)];

    /// <summary>Buckets, the one without an upper bound included.</summary>
    public static int Count => BoundTicks.Length + 1;

    /// <summary>The upper bounds as Prometheus writes them (<c>le</c>).</summary>
    public static string[] Names { get; } =
        ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "+Inf"];

    /// <summary>The bucket of a duration: the first whose bound is not below it.</summary>
    public static int Of(TimeSpan duration)
    {
        var bounds = BoundTicks;
        var index = 0;
        while (index < bounds.Length && duration.Ticks > bounds[index])
        {
            index++;
        }

        return index;
    }
}
