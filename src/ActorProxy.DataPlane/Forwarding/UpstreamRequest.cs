namespace ActorProxy.DataPlane.Forwarding;

/// <summary>What the upstream handlers need beside the message: carried in <see cref="HttpRequestMessage.Options"/>.</summary>
internal static class UpstreamRequest
{
    /// <summary>The site that the request is for: scheme, version, timeouts.</summary>
    public static readonly HttpRequestOptionsKey<SiteRoute> Site = new("actor-proxy.site");
}
