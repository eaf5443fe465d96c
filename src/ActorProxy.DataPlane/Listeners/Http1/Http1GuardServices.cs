using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.RateLimiting;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>What the guards of all connections share.</summary>
/// <param name="Routing">For the revision in a log line.</param>
/// <param name="Log">Where refusals are written.</param>
/// <param name="Metrics">Where they are counted: as an unknown host's, for most have none that can be trusted.</param>
/// <param name="Buckets">Where a well-formed request that the guard refuses takes its token.</param>
/// <param name="Time">For the bounds on writing and lingering.</param>
internal sealed record Http1GuardServices(LiveRouting Routing, IAccessLog Log, ProxyMetrics Metrics, BucketTable Buckets, TimeProvider Time);
