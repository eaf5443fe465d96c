using System.Collections.Immutable;
using System.Net;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ActorProxy.Tests.DataPlane;

/// <summary>Snapshots and routes for tests of the data plane, without a configuration file.</summary>
internal static class TestRoutes
{
    public static readonly ListenAddress Https = new(IPAddress.Loopback, 443);

    public static Site Site(string host, int upstreamPort) =>
        new() { Host = host, Upstream = new UpstreamAddress("127.0.0.1", upstreamPort) };

    public static Site Speaking(this Site site, HttpProtocols protocols) => site with
    {
        UpstreamHttpVersion = protocols == HttpProtocols.Http2 ? UpstreamHttpVersion.Http2 : UpstreamHttpVersion.Http11,
    };

    public static Listener Listener(params ReadOnlySpan<Site> sites) => new()
    {
        BindAddr = Https.Address,
        HttpsPort = Https.Port,
        HttpPort = 80,
        Tls = new ListenerTls.Manual("/cert.pem", "/key.pem"),
        Sites = [.. sites],
    };

    public static ProxyConfig Config(params ReadOnlySpan<Listener> listeners) => new()
    {
        Listeners = [.. listeners],
        RateLimit = new RateLimit(1_000_000, 1_000_000),
        Body = new Body(100 * 1024 * 1024),
        HealthCheckPort = 0,
        AdminSocketPath = "",
    };

    public static RoutingTable Table(ProxyConfig config, ProxyMetrics? metrics = null, long revision = 1) =>
        RoutingTable.Build(
            new Snapshot
            {
                Revision = revision,
                Config = config,
                Sha256 = "",
                Certificates = ImmutableDictionary<ListenAddress, CertificatePair>.Empty,
            },
            metrics ?? new ProxyMetrics());

    public static LiveRouting Live(ProxyConfig config) => new(Table(config));

    public static SiteRoute Route(Site site) => Table(Config(Listener(site))).FindSite(site.Host, Https)!;
}
