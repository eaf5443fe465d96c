using System.Collections.Frozen;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;

namespace ActorProxy.DataPlane;

/// <summary>Everything requests and connections read of one snapshot, built aside and swapped in by one write. Immutable.</summary>
internal sealed class RoutingTable
{
    private readonly FrozenDictionary<string, SiteRoute> _sites;
    private readonly FrozenDictionary<string, SiteRoute>.AlternateLookup<ReadOnlySpan<char>> _sitesBySpan;
    private readonly FrozenDictionary<ListenAddress, EndpointRoute> _endpoints;

    private RoutingTable(Snapshot snapshot, FrozenDictionary<string, SiteRoute> sites, FrozenDictionary<ListenAddress, EndpointRoute> endpoints)
    {
        Snapshot = snapshot;
        _sites = sites;
        _sitesBySpan = sites.GetAlternateLookup<ReadOnlySpan<char>>();
        _endpoints = endpoints;
    }

    public Snapshot Snapshot { get; }

    public long Revision => Snapshot.Revision;

    public ProxyConfig Config => Snapshot.Config;

    /// <summary>The requests that began with this table.</summary>
    public SnapshotUse Use { get; } = new();

    public static RoutingTable Build(Snapshot snapshot, ProxyMetrics metrics)
    {
        var sites = new Dictionary<string, SiteRoute>(StringComparer.Ordinal);
        var endpoints = new Dictionary<ListenAddress, EndpointRoute>();
        foreach (var listener in snapshot.Config.Listeners)
        {
            foreach (var site in listener.Sites)
            {
                sites[site.Host] = new SiteRoute(site, listener.Exclusive ? listener.HttpsAddress : null, metrics.Site(site.Host));
            }

            endpoints[listener.HttpsAddress] = new EndpointRoute(
                listener.HttpsAddress, IsTls: true, listener.HttpsAddress, snapshot.Certificates.GetValueOrDefault(listener.HttpsAddress));
            if (listener.HttpAddress is { } redirect)
            {
                endpoints[redirect] = new EndpointRoute(redirect, IsTls: false, listener.HttpsAddress, Certificate: null);
            }
        }

        return new RoutingTable(snapshot, sites.ToFrozenDictionary(StringComparer.Ordinal), endpoints.ToFrozenDictionary());
    }

    /// <summary>The endpoint bound at an address; <c>null</c> when this snapshot has none there (a removed listener that drains).</summary>
    public EndpointRoute? FindEndpoint(ListenAddress address) => _endpoints.GetValueOrDefault(address);

    /// <summary>Whether a host has a site, through whichever listener it is reached.</summary>
    /// <param name="host">Lower-cased, without port and trailing dot.</param>
    public bool HasSite(ReadOnlySpan<char> host) => _sitesBySpan.ContainsKey(host);

    /// <summary>The site of a host that is reachable through a listener.</summary>
    /// <param name="host">Lower-cased, without port and trailing dot.</param>
    /// <param name="listener">The TLS address of the listener that the connection came through.</param>
    /// <returns><c>null</c> when unknown there; exclusive sites are known at their own listener only.</returns>
    public SiteRoute? FindSite(ReadOnlySpan<char> host, ListenAddress listener) =>
        _sitesBySpan.TryGetValue(host, out var site) && (site.OnlyThrough is not { } only || only == listener) ? site : null;
}
