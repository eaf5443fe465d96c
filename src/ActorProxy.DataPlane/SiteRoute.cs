using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;

namespace ActorProxy.DataPlane;

/// <summary>A site as requests need it: everything that can be computed once a snapshot is.</summary>
internal sealed class SiteRoute(Site site, ListenAddress? onlyThrough, SiteCounters counters)
{
    public Site Site { get; } = site;

    /// <summary>The one listener it is reached through; <c>null</c> for all.</summary>
    public ListenAddress? OnlyThrough { get; } = onlyThrough;

    public SiteCounters Counters { get; } = counters;

    /// <summary>The upstream as the log writes it.</summary>
    public string UpstreamText { get; } = site.Upstream.ToString();

    /// <summary><c>http://host:port</c>, without a path.</summary>
    public string UpstreamPrefix { get; } =
        (site.UpstreamScheme == UpstreamScheme.Https ? "https://" : "http://") + site.Upstream;

    /// <summary><see cref="UpstreamPrefix"/> as an address.</summary>
    public Uri UpstreamUri => field ??= new Uri(UpstreamPrefix);

    public TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(site.UpstreamConnectTimeoutSecs);

    public TimeSpan RequestTimeout { get; } = TimeSpan.FromSeconds(site.UpstreamRequestTimeoutSecs);

    /// <summary><see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public TimeSpan StreamIdleTimeout { get; } = site.UpstreamStreamIdleTimeoutSecs == 0
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromSeconds(site.UpstreamStreamIdleTimeoutSecs);
}
