using ActorProxy.Core.Planes;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.RateLimiting;

namespace ActorProxy.DataPlane;

/// <summary>A table that was built aside, and what goes live with it.</summary>
internal sealed class PreparedRouting(RoutingTable table, LiveRouting live, ConnectionLimits limits, EndpointServers servers, BucketTable? buckets, UpstreamClients? upstreams)
    : IPreparedRouting
{
    public void Commit()
    {
        if (table.Revision <= live.Current.Revision)
        {
            return;
        }

        limits.Apply(table.Config);
        servers.Apply(table.Config);
        buckets?.Apply(table.Config.RateLimit);
        upstreams?.Apply(table.Config);
        live.Swap(table);
    }
}
