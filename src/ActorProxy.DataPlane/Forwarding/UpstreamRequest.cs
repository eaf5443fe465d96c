namespace ActorProxy.DataPlane.Forwarding;

/// <summary>What the upstream handlers need beside the message: carried in <see cref="HttpRequestMessage.Options"/>.</summary>
internal static class UpstreamRequest
{
    /// <summary>The site that the request is for: scheme, version, timeouts.</summary>
    public static readonly HttpRequestOptionsKey<SiteRoute> Site = new("actor-proxy.site");

    /// <summary>The exchange: raw target, clocks, trailers.</summary>
    public static readonly HttpRequestOptionsKey<Exchange> Exchange = new("actor-proxy.exchange");

    /// <summary>The request target, byte for byte; goes before the message's URI.</summary>
    public static readonly HttpRequestOptionsKey<string> RawTarget = new("actor-proxy.raw-target");

    /// <summary>A connection was found, and the head goes out.</summary>
    public static void Sending(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(Exchange, out var exchange))
        {
            exchange.Clock.Sending();
        }
    }

    public static SiteRoute SiteOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(Site, out var site) ? site : throw new InvalidOperationException("a request without its site");

    public static Exchange ExchangeOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(Exchange, out var exchange) ? exchange : throw new InvalidOperationException("a request without its exchange");
}
