using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.FastPath;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.RateLimiting;
using ActorProxy.DataPlane.Requests;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane;

/// <summary>Which part of the data plane is made of which.</summary>
internal sealed record DataPlaneParts
{
    public required LiveRouting Live { get; init; }

    public required ProxyMetrics Metrics { get; init; }

    public required BucketTable Buckets { get; init; }

    public required UpstreamClients Upstreams { get; init; }

    public required RequestPipeline Pipeline { get; init; }

    public required Http1Guard Guard { get; init; }

    public required RefusedStreams Refused { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    public required TimeProvider Time { get; init; }

    public static DataPlaneParts Build(Snapshot first, ProxyMetrics metrics, IAccessLog log, ILoggerFactory loggerFactory, TimeProvider time)
    {
        var live = new LiveRouting(RoutingTable.Build(first, metrics));
        var buckets = new BucketTable(first.Config.RateLimit, time);
        var upstreams = new UpstreamClients(new UpstreamConnector(new OwnAddresses(live), time), first.Config.MaxConnections, time);
        var failures = new UpstreamFailures(log, loggerFactory.CreateLogger<UpstreamFailures>());
        var clocks = new ExchangeClocks(time);
        var forwarder = new SiteForwarder(upstreams, failures, clocks, time);
        var pipelineLogger = loggerFactory.CreateLogger<RequestPipeline>();
        var fastPath = upstreams.Http1Pools is { } pools
            ? new FastPathParts
            {
                Live = live,
                Buckets = buckets,
                Pools = pools,
                Clocks = clocks,
                Failures = failures,
                Log = log,
                Date = new HttpDate(time),
                Time = time,
                Logger = pipelineLogger,
            }
            : null;
        return new DataPlaneParts
        {
            Live = live,
            Metrics = metrics,
            Buckets = buckets,
            Upstreams = upstreams,
            Pipeline = new RequestPipeline(live, log, metrics, buckets, forwarder, time, pipelineLogger),
            Guard = new Http1Guard(new Http1GuardServices(live, log, metrics, buckets, time), fastPath is null ? null : fastPath.For),
            Refused = new RefusedStreams(live, log, metrics),
            LoggerFactory = loggerFactory,
            Time = time,
        };
    }
}
