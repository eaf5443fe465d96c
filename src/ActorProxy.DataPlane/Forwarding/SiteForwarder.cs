using ActorProxy.DataPlane.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>The last step: hands a request to its site's upstream, and says what to answer when that fails.</summary>
internal sealed class SiteForwarder(UpstreamClients clients, UpstreamFailures failures, ExchangeClocks clocks, TimeProvider time)
{
    private readonly IHttpForwarder _forwarder = MakeForwarder();
    private readonly BodilessForwarder? _bodiless = clients.Http1Pools is { } pools ? new BodilessForwarder(pools, failures, clocks) : null;

    /// <summary>Forwards, and copies the answer to its end.</summary>
    /// <returns>The status to answer with; <c>null</c> when a response has begun, whether it ended well or was aborted.</returns>
    public async ValueTask<int?> ForwardAsync(HttpContext context, RequestScope request)
    {
        var site = request.Route ?? throw new InvalidOperationException("a request without its site");
        request.Forwarded = true;
        return _bodiless is not null && BodilessForwarder.Takes(context, site)
            ? await _bodiless.ForwardAsync(context, request, site)
            : await ForwardMessageAsync(context, request, site);
    }

    private async ValueTask<int?> ForwardMessageAsync(HttpContext context, RequestScope request, SiteRoute site)
    {
        using var exchange = new Exchange(context, request, site, clocks)
        {
            Upgrade = UpgradeRules.Read(context),
            TakesRawTarget = clients.TakesRawTarget(site.Site),
        };
        ForwarderError error;
        try
        {
            error = await _forwarder.SendAsync(
                context, site.UpstreamPrefix, clients.For(site.Site), UpstreamClients.ConfigFor(site.Site),
                new RequestTransformer(exchange, time), exchange.Clock.Token);
        }
        catch (UpstreamProtocolException malformed)
        {
            // Trailers: the one step whose failure the forwarder leaves to its caller.
            return BreakOff(context, site, UpstreamFailure.Of(ForwarderError.ResponseBodyDestination, malformed, exchange), malformed);
        }

        if (exchange.IsResponseWhole)
        {
            return null;
        }

        if (error == ForwarderError.None)
        {
            // Without a response the forwarder itself found fault with the request, such as a key that is none.
            return exchange.HasResponse ? null : context.Response.StatusCode;
        }

        var failure = UpstreamFailure.Of(error, context.Features.Get<IForwarderErrorFeature>()?.Exception, exchange);
        failures.Report(site, failure, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }

        exchange.AnnounceUnreadUpload();
        return failure.Status;
    }

    private int? BreakOff(HttpContext context, SiteRoute site, UpstreamFailure failure, Exception cause)
    {
        failures.Report(site, failure, cause);
        if (!context.Response.HasStarted)
        {
            return failure.Status;
        }

        context.Abort();
        return null;
    }

    // The forwarder's own lines would say everything twice, and in another form.
    private static IHttpForwarder MakeForwarder() =>
        new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider().GetRequiredService<IHttpForwarder>();
}
