using System.Collections.Immutable;
using System.Net;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.RateLimiting;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorProxy.Tests.DataPlane.Listeners;

/// <summary>A data plane on real sockets, with a pipeline that the test writes.</summary>
internal sealed class ServedDataPlane : IAsyncDisposable
{
    private readonly Dictionary<ListenAddress, CertificatePair> _certificates = [];

    public ServedDataPlane(
        ProxyConfig config,
        RequestDelegate pipeline,
        TestCertificate? certificate = null,
        TimeProvider? time = null)
    {
        Certificate = certificate ?? TestCertificates.SelfSigned("site.test", "*.wild.test");
        var pair = Certificate.ToPair();
        foreach (var listener in config.Listeners)
        {
            _certificates[listener.HttpsAddress] = pair;
        }

        Live = new LiveRouting(RoutingTable.Build(Snapshot(config, 1), Metrics));
        time ??= TimeProvider.System;
        var guard = new Http1Guard(new Http1GuardServices(Live, Log, Metrics, new BucketTable(config.RateLimit, time), time));
        Plane = new KestrelDataPlane(Live, Metrics, pipeline, guard.Apply, NullLoggerFactory.Instance, time, new RefusedStreams(Live, Log, Metrics).Report);
    }

    public ProxyMetrics Metrics { get; } = new();

    /// <summary>What was refused before the pipeline.</summary>
    public RecordedLog Log { get; } = new();

    public TestCertificate Certificate { get; }

    public LiveRouting Live { get; }

    public KestrelDataPlane Plane { get; }

    public static ProxyConfig Config(params ReadOnlySpan<Listener> listeners) => TestRoutes.Config(listeners);

    public static Listener Listener(int httpsPort, int httpPort = 0, string address = "127.0.0.1", string host = "site.test") => new()
    {
        BindAddr = IPAddress.Parse(address),
        HttpsPort = httpsPort,
        HttpPort = httpPort,
        Tls = new ListenerTls.Manual("/cert.pem", "/key.pem"),
        Sites = [TestRoutes.Site(host, 1)],
    };

    public static async Task<ServedDataPlane> StartAsync(
        ProxyConfig config,
        RequestDelegate pipeline,
        TestCertificate? certificate = null,
        TimeProvider? time = null)
    {
        var served = new ServedDataPlane(config, pipeline, certificate, time);
        foreach (var listener in config.Listeners)
        {
            if (listener.HttpsPort != 0)
            {
                await served.OpenAsync(listener.HttpsAddress);
            }

            if (listener.HttpAddress is { } plain)
            {
                await served.OpenAsync(plain);
            }
        }

        return served;
    }

    public async Task OpenAsync(ListenAddress address)
    {
        Xunit.Assert.IsType<BindResult.Bound>(await Plane.Listeners.BindAsync(address, []));
        Plane.Listeners.Open(address);
    }

    /// <summary>Makes a configuration live as a reload does; sockets are the test's business.</summary>
    public void Apply(ProxyConfig config, CertificatePair? certificate = null)
    {
        foreach (var listener in config.Listeners)
        {
            _certificates[listener.HttpsAddress] = certificate ?? _certificates.GetValueOrDefault(listener.HttpsAddress) ?? _certificates.Values.First();
        }

        Plane.Prepare(Snapshot(config, Live.Current.Revision + 1)).Commit();
    }

    public async ValueTask DisposeAsync()
    {
        await Plane.DisposeAsync();
        Certificate.Dispose();
    }

    private Snapshot Snapshot(ProxyConfig config, long revision) => new()
    {
        Revision = revision,
        Config = config,
        Sha256 = "",
        Certificates = _certificates.ToImmutableDictionary(),
    };
}
