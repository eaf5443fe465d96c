using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.RateLimiting;
using ActorProxy.DataPlane.Redirect;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Requests;

/// <summary>
/// What becomes of a request, in the order in which it meets the steps. One for all servers; takes the live routing table once
/// at the start of each request and writes exactly one REQUEST line after its response has ended.
/// </summary>
internal sealed class RequestPipeline(
    LiveRouting live, IAccessLog log, ProxyMetrics metrics, BucketTable buckets, SiteForwarder forwarder, TimeProvider time, ILogger<RequestPipeline> logger)
{
    // nginx's number for a request that its client gave up.
    internal const int ClientClosedRequest = 499;

    // REFUSED_STREAM, RFC 9113 §7: nothing was done, it may be tried again.
    private const int RefusedStream = 7;

    /// <summary>Serves one request. The connection must carry a <see cref="ClientConnection"/>.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var connection = context.Features.GetRequiredFeature<ClientConnection>();
        var request = new RequestScope(connection, live.Current, time.GetTimestamp())
        {
            Stream = connection.OpenStreams is null ? 0 : context.Features.GetRequiredFeature<IHttp2StreamIdFeature>().StreamId,
        };
        request.Table.Use.Begin(request);
        context.Features.Get<Http1GuardState>()?.Announce(context.Response);
        try
        {
            await ServeAsync(context, request);
            if (!request.IsRefused && (context.Response.HasStarted || !context.RequestAborted.IsCancellationRequested))
            {
                request.LeavePlace();
                await context.Response.CompleteAsync();
            }
        }
        catch (Exception failure)
        {
            await GiveUpAsync(context, request, failure);
        }
        finally
        {
            request.LeavePlace();
            request.Table.Use.End(request);
            Report(context, request);
        }
    }

    private async Task ServeAsync(HttpContext context, RequestScope request)
    {
        var malformed = WellFormedness.Check(context, request);
        request.Counters = request.Route?.Counters ?? metrics.UnknownHost;
        request.Counters.Begin();
        if (request.IsTooMany)
        {
            // Whatever it asks for. It costs its token all the same.
            buckets.TryTake(request.ClientIp, out _);
            Refuse(context, request);
        }
        else if (context.Features.Get<ITlsHandshakeFeature>() is null)
        {
            // The connection decides, not the table: after a reload the same address may serve TLS, but this one is still in clear.
            await RedirectApp.AnswerAsync(context, request, malformed);
        }
        else if (malformed is { } status)
        {
            await ErrorAnswer.WriteAsync(context, status);
        }
        else if (!buckets.TryTake(request.ClientIp, out var retryAfter))
        {
            metrics.RateLimited.Increment();
            log.RateLimited(Line(context, request, StatusCodes.Status429TooManyRequests));
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status429TooManyRequests, retryAfter);
        }
        else if (request.IsGivenUp)
        {
            // Its reset was read together with its head, and nobody wants what an upstream would be asked for.
            await ResetAsync(context.RequestAborted);
        }
        else if (HttpProtocol.IsHttp2(context.Request.Protocol) && !request.TryTakePlace())
        {
            Refuse(context, request);
        }
        else if ((MethodRule.Check(context) ?? CheckSite(request) ?? BodyLimit.Check(context, request)) is { } refused)
        {
            await ErrorAnswer.WriteAsync(context, refused);
        }
        else if (await forwarder.ForwardAsync(context, request) is { } failed)
        {
            await ErrorAnswer.WriteAsync(context, failed);
        }
    }

    private static void Refuse(HttpContext context, RequestScope request)
    {
        request.Refuse();
        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(RefusedStream);
    }

    // Kestrel reads frames in their order, and may not have come to the reset yet: until then it would send an answer.
    private static Task ResetAsync(CancellationToken aborted)
    {
        if (aborted.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        var reset = new TaskCompletionSource();
        aborted.UnsafeRegister(static reset => ((TaskCompletionSource)reset!).SetResult(), reset);
        return reset.Task;
    }

    private static int? CheckSite(RequestScope request) => request.Route is null ? StatusCodes.Status404NotFound : null;

    private async Task GiveUpAsync(HttpContext context, RequestScope request, Exception failure)
    {
        // A client that left in the middle is no failure of ours.
        if (!context.RequestAborted.IsCancellationRequested)
        {
            logger.RequestFailed(failure);
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        try
        {
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status502BadGateway);
        }
        catch (Exception unwritable) when (unwritable is InvalidOperationException or IOException or OperationCanceledException)
        {
            // Kestrel would answer with a 500 of its own. The client sees the connection, or its stream, end.
            request.IsCutOff = !context.RequestAborted.IsCancellationRequested;
            context.Abort();
        }
    }

    private void Report(HttpContext context, RequestScope request)
    {
        var isAborted = !context.Response.HasStarted && !request.IsCutOff && context.RequestAborted.IsCancellationRequested;
        var status = request.IsRefused || request.IsGivenUp || isAborted
            ? ClientClosedRequest
            : context.Response.StatusCode;
        var line = Line(context, request, status);
        request.Counters?.End(status, line.Duration);
        log.Request(line);
    }

    private RequestLine Line(HttpContext context, RequestScope request, int status) => new()
    {
        ClientIp = request.ClientIp,
        Host = request.Host,
        Method = context.Request.Method,
        Path = RequestTarget.Path(request.Target),
        Status = status,
        Upstream = request.Forwarded ? request.Route?.UpstreamText : default,
        Duration = request.ResponseEnded == 0
            ? time.GetElapsedTime(request.Began)
            : time.GetElapsedTime(request.Began, request.ResponseEnded),
        Revision = request.Table.Revision,
    };
}
