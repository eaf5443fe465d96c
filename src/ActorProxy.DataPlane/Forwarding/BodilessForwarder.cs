using System.Buffers;
using System.IO.Pipelines;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.DataPlane.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// Forwards requests over HTTP/2 that have no body and ask for nothing special to upstreams over HTTP/1.1, without the messages that
/// stand for them elsewhere. Does what the general way does.
/// </summary>
internal sealed class BodilessForwarder(UpstreamPools pools, UpstreamFailures failures, ExchangeClocks clocks)
{
    // INTERNAL_ERROR, RFC 9113 §7: what was sent of the response is not all.
    private const int InternalError = 2;

    private const int PieceSize = 32 * 1024;

    /// <summary>Whether a request is one of those.</summary>
    public static bool Takes(HttpContext context, SiteRoute route) =>
        route.Site.UpstreamHttpVersion == UpstreamHttpVersion.Http11
        && HttpProtocol.IsHttp2(context.Request.Protocol)
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
        && context.Request.Headers is { ContentLength: null, Expect.Count: 0, TE.Count: 0 };

    /// <summary>Forwards, and copies the answer to its end.</summary>
    /// <returns>The status to answer with; <c>null</c> when a response has begun, whether it ended well or was aborted.</returns>
    public async ValueTask<int?> ForwardAsync(HttpContext context, RequestScope request, SiteRoute route)
    {
        var exchange = new BodilessExchange(pools);
        var head = default(WriteBuffer);
        var answer = new ResponseSink(context.Response, pools.Strings);
        var clock = clocks.Begin(route, limitsDrip: false, ended => exchange.Cancel(ended));
        exchange.Begin(clock, HttpMethods.IsHead(context.Request.Method));
        var gone = context.RequestAborted.UnsafeRegister(static clock => ((ExchangeClock)clock!).GiveUp(), clock);
        try
        {
            Write(context.Request, request, ref head);
            await exchange.ReachAsync(route, head.Written, answer);
            answer.Complete(exchange.LengthToTell);
            await AnswerAsync(context, request, exchange, clock);
            return null;
        }
        catch (Exception cause)
        {
            return Fail(context, route, clock, cause);
        }
        finally
        {
            // Waits for a call that is under way: past here the clock may be another exchange's.
            await gone.DisposeAsync();
            exchange.End();
            clock.Dispose();
            head.Clear();
        }
    }

    private static void Write(HttpRequest request, RequestScope scope, ref WriteBuffer head)
    {
        head.WriteLatin1(request.Method);
        head.Write(" "u8);
        head.WriteLatin1(scope.Target);
        head.Write(" HTTP/1.1\r\n"u8);
        WriteField("Host", request.Headers.Host.ToString(), ref head);
        var connection = new ConnectionField(request.Headers.Connection);
        foreach (var (name, values) in request.Headers)
        {
            if (FieldRules.MayReachUpstream(name) && !connection.Names(name))
            {
                foreach (var value in values)
                {
                    WriteField(name, value ?? "", ref head);
                }
            }
        }

        WriteField("X-Real-IP", scope.Connection.ClientIpText, ref head);
        WriteField("X-Forwarded-For", scope.Connection.ClientIpText, ref head);
        head.Write("X-Forwarded-Proto: https\r\n\r\n"u8);
    }

    private static void WriteField(string name, string value, ref WriteBuffer head)
    {
        head.WriteLatin1(name);
        head.Write(": "u8);
        head.WriteLatin1(value);
        head.Write("\r\n"u8);
    }

    private static async ValueTask AnswerAsync(HttpContext context, RequestScope request, BodilessExchange exchange, ExchangeClock clock)
    {
        exchange.Start();
        if (exchange.TryGetWhole(out var whole))
        {
            // Goes out with the end of the stream.
            Write(context.Response.BodyWriter, whole);
            exchange.EndEarly();
            return;
        }

        var body = exchange.OpenBody();
        byte[]? piece = null;
        try
        {
            if (!exchange.HasBuffered)
            {
                // The head of an upstream that is silent behind it goes out alone.
                await context.Response.StartAsync(clock.Token);
                await FlushAsync(context.Response, clock);
            }

            while (!body.HasEnded)
            {
                // Waits without a buffer.
                await body.WaitAsync();
                clock.Heard();
                piece = ArrayPool<byte>.Shared.Rent(PieceSize);
                var count = await body.ReadAsync(piece);
                clock.Heard();
                Write(context.Response.BodyWriter, piece.AsSpan(0, count));
                ArrayPool<byte>.Shared.Return(piece);
                piece = null;
                await FlushAsync(context.Response, clock);
            }
        }
        finally
        {
            if (piece is not null)
            {
                ArrayPool<byte>.Shared.Return(piece);
            }

            await body.DisposeAsync();
        }

        request.LeavePlace();
    }

    // A response whose stream was reset gives no memory, and that before anybody is told of the reset.
    private static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var memory = writer.GetSpan();
            if (memory.IsEmpty)
            {
                throw new ClientGoneException();
            }

            var count = Math.Min(memory.Length, bytes.Length);
            bytes[..count].CopyTo(memory);
            writer.Advance(count);
            bytes = bytes[count..];
        }
    }

    private static async ValueTask FlushAsync(HttpResponse response, ExchangeClock clock)
    {
        if (await response.BodyWriter.FlushAsync(clock.Token) is { IsCompleted: true } or { IsCanceled: true })
        {
            throw new ClientGoneException();
        }
    }

    private int? Fail(HttpContext context, SiteRoute route, ExchangeClock clock, Exception cause)
    {
        if (context.RequestAborted.IsCancellationRequested || (cause is ClientGoneException && clock.Expired == ExchangeTimeout.None))
        {
            return null;
        }

        var failure = UpstreamFailure.Of(clock.Expired, cause);
        failures.Report(route, failure, cause);
        if (!context.Response.HasStarted)
        {
            return failure.Status;
        }

        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(InternalError);
        return null;
    }

    /// <summary>The client takes no more.</summary>
    private sealed class ClientGoneException() : OperationCanceledException("The client takes no more.");
}
