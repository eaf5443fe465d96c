using System.Collections.Concurrent;

namespace ActorProxy.Core.Metrics;

/// <summary>Every number the proxy counts. Made once by the host; both planes write, the metrics endpoint and the admin socket read.</summary>
public sealed class ProxyMetrics
{
    private readonly ConcurrentDictionary<string, SiteCounters> _sites = new(StringComparer.Ordinal);

    /// <summary>Counters of requests whose host is not configured: one label, so that hostile hosts can't grow memory.</summary>
    public SiteCounters UnknownHost { get; } = new("unknown");

    /// <summary>The counters of each site that was ever configured.</summary>
    public IReadOnlyCollection<SiteCounters> Sites => (IReadOnlyCollection<SiteCounters>)_sites.Values;

    /// <summary>A site's counters, made at its first appearance and kept over reloads.</summary>
    /// <param name="host">A configured host.</param>
    public SiteCounters Site(string host) => _sites.GetOrAdd(host, static name => new SiteCounters(name));
}
