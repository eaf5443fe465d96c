using System.Net.Http.Headers;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Listeners.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>What goes to the upstream of a request, and to the client of its answer. One for each exchange.</summary>
internal sealed class RequestTransformer(Exchange exchange, TimeProvider time) : HttpTransformer
{
    private const string GrpcContentType = "application/grpc";

    // The target goes out byte for byte: no decoding, no dot-segment removal.
    private static readonly UriCreationOptions RawTarget = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.Options.Set(UpstreamRequest.Site, exchange.Site);
        proxyRequest.Options.Set(UpstreamRequest.Exchange, exchange);
        if (exchange.TakesRawTarget)
        {
            proxyRequest.RequestUri = exchange.Site.UpstreamUri;
            proxyRequest.Options.Set(UpstreamRequest.RawTarget, exchange.Request.Target);
        }
        else
        {
            proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, exchange.Request.Target), in RawTarget);
        }

        if (proxyRequest.Method.Method != httpContext.Request.Method && proxyRequest.Method != HttpMethod.Connect
            && !HttpMethods.IsConnect(httpContext.Request.Method))
        {
            // The forwarder makes a known method's letters upper case, and every WebSocket's a GET.
            proxyRequest.Method = new HttpMethod(httpContext.Request.Method);
        }

        // Kestrel makes of `close, x-name` a plain `close`: the guard has kept what the client wrote.
        var connection = httpContext.Features.Get<Http1GuardState>()?.ConnectionOptions ?? httpContext.Request.Headers.Connection;
        CopyFields(httpContext.Request.Headers, new ConnectionField(connection), proxyRequest);
        AddOwnFields(httpContext.Request.Headers, proxyRequest.Headers);
        if (exchange.Upgrade != UpgradeWish.None && exchange.Site.Site.UpstreamHttpVersion == UpstreamHttpVersion.Http11)
        {
            RestoreUpgrade(httpContext.Request, proxyRequest);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return ValueTask.FromResult(false);
        }

        exchange.HasResponse = true;
        if (exchange.IsTunnel && exchange.Upgrade == UpgradeWish.None)
        {
            throw new UpstreamProtocolException("an upgrade that nobody asked for");
        }

        ResponseFields.Copy(proxyResponse, httpContext.Response);
        if (exchange.FramesResponse)
        {
            // Kestrel then leaves the framing alone.
            httpContext.Response.Headers.TransferEncoding = "chunked";
        }

        if (!proxyResponse.IsSuccessStatusCode && !exchange.IsTunnel)
        {
            // An upstream that succeeds before the upload's end may be one that streams both ways.
            exchange.AnnounceUnreadUpload();
        }

        if (exchange.IsTunnel)
        {
            httpContext.Features.Get<Http1GuardState>()?.SwitchToPassthrough();
        }

        return ValueTask.FromResult(true);
    }

    public override async ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers)
        {
            ResponseFields.CopyTrailers(proxyResponse.TrailingHeaders, trailers);
        }

        exchange.IsResponseWhole = true;
        exchange.Request.LeavePlace();
        if (exchange.Clock.Uploads)
        {
            // The answer is whole although the upload goes on: the client must not wait for its end.
            await httpContext.Response.CompleteAsync();
            exchange.Request.ResponseEnded = time.GetTimestamp();
        }
    }

    private void CopyFields(IHeaderDictionary fields, ConnectionField connection, HttpRequestMessage message)
    {
        foreach (var (name, values) in fields)
        {
            if (FieldRules.MayReachUpstream(name) && !connection.Names(name))
            {
                Add(message, name, values);
            }
        }
    }

    private void Add(HttpRequestMessage message, string name, StringValues values)
    {
        if (TryAdd(message.Headers, name, values))
        {
            return;
        }

        // A field that describes content. The message has none when the request has no body.
        if (message.Content is { } content)
        {
            TryAdd(content.Headers, name, values);
        }
        else
        {
            exchange.AddContentField(name, values);
        }
    }

    private static bool TryAdd(HttpHeaders headers, string name, StringValues values) => values.Count == 1
        ? headers.TryAddWithoutValidation(name, (string?)values)
        : headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);

    private void AddOwnFields(IHeaderDictionary fields, HttpRequestHeaders headers)
    {
        var clientIp = exchange.Request.Connection.ClientIpText;
        headers.TryAddWithoutValidation("Host", fields.Host.ToString());
        headers.TryAddWithoutValidation("X-Real-IP", clientIp);
        headers.TryAddWithoutValidation("X-Forwarded-For", clientIp);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        if (fields.TE.Count > 0 && fields.ContentType.ToString().StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase)
            && Array.Exists(fields.GetCommaSeparatedValues("TE"), value => value.Equals("trailers", StringComparison.OrdinalIgnoreCase)))
        {
            headers.TryAddWithoutValidation("TE", "trailers");
        }
    }

    private void RestoreUpgrade(HttpRequest request, HttpRequestMessage message)
    {
        if (exchange.Upgrade == UpgradeWish.Other)
        {
            // The forwarder puts back what it knows as an upgrade itself: WebSocket alone.
            message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            message.Headers.TryAddWithoutValidation("Upgrade", (IEnumerable<string?>)request.Headers.Upgrade);
        }
    }
}
