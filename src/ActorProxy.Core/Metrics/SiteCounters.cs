using System.Collections.Concurrent;

namespace ActorProxy.Core.Metrics;

/// <summary>What is counted for one site. Any thread writes; costs no memory to speak of before the first request.</summary>
public sealed class SiteCounters
{
    internal const int FirstClass = 1;
    internal const int LastClass = 5;

    private const int InFlightCell = 0;
    private const int DurationSumCell = 6;
    private const int FirstBucketCell = 7;

    private readonly Lazy<StripedCounters> _cells =
        new(static () => new StripedCounters(FirstBucketCell + DurationBuckets.Count), LazyThreadSafetyMode.ExecutionAndPublication);

    private readonly Lazy<ConcurrentDictionary<string, Counter>> _upstreamErrors =
        new(static () => new ConcurrentDictionary<string, Counter>(StringComparer.Ordinal), LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Begins at zero.</summary>
    /// <param name="host">The label.</param>
    public SiteCounters(string host) => Host = host;

    /// <summary>The label.</summary>
    public string Host { get; }

    /// <summary>Requests that ended.</summary>
    public long Requests => Enumerable.Range(FirstClass, LastClass).Sum(RequestsOfClass);

    /// <summary>Requests answered with 5xx.</summary>
    public long Errors => RequestsOfClass(LastClass);

    /// <summary>Requests whose response has not ended.</summary>
    public long InFlight => Sum(InFlightCell);

    /// <summary>How long all ended requests took together.</summary>
    internal TimeSpan DurationSum => TimeSpan.FromTicks(Sum(DurationSumCell));

    /// <summary>Whether there was a request at all.</summary>
    internal bool WasUsed => _cells.IsValueCreated;

    /// <summary>How often each upstream error was seen, by its word.</summary>
    internal IEnumerable<KeyValuePair<string, Counter>> UpstreamErrors => _upstreamErrors.IsValueCreated ? _upstreamErrors.Value : [];

    /// <summary>A request was given to this site.</summary>
    public void Begin() => _cells.Value.Add(InFlightCell, 1);

    /// <summary>Its response has ended. Exactly one call for each <see cref="Begin"/>.</summary>
    /// <param name="status">What was answered.</param>
    /// <param name="duration">How long it took.</param>
    public void End(int status, TimeSpan duration)
    {
        var cells = _cells.Value;
        cells.Add(Math.Clamp(status / 100, FirstClass, LastClass), 1);
        cells.Add(FirstBucketCell + DurationBuckets.Of(duration), 1);
        cells.Add(DurationSumCell, duration.Ticks);
        cells.Add(InFlightCell, -1);
    }

    /// <summary>An attempt to reach the upstream, or to read its answer, failed.</summary>
    /// <param name="error">The word of the UPSTREAM_ERROR line; one of a fixed set, since it becomes a label.</param>
    public void UpstreamFailed(string error) => _upstreamErrors.Value.GetOrAdd(error, static _ => new Counter()).Increment();

    /// <summary>Requests answered with a status of a class: 2 for 2xx.</summary>
    internal long RequestsOfClass(int statusClass) => Sum(statusClass);

    /// <summary>Requests whose duration fell into a bucket; not cumulated.</summary>
    internal long RequestsOfBucket(int bucket) => Sum(FirstBucketCell + bucket);

    private long Sum(int cell) => _cells.IsValueCreated ? _cells.Value.Sum(cell) : 0;
}
