using System.Net;
using System.Net.Sockets;
using ActorProxy.DataPlane.Forwarding.Http1;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>How an exchange failed, in the contract's terms.</summary>
/// <param name="Status">What the client gets when no response has begun.</param>
/// <param name="Word">The <c>error</c> of the UPSTREAM_ERROR line, of a fixed set; <c>null</c> when the upstream is not to blame.</param>
internal readonly record struct UpstreamFailure(int Status, string? Word)
{
    private const string Protocol = "protocol";
    private const string Reset = "reset";
    private const string Closed = "closed";

    private static readonly UpstreamFailure ByClient = new(StatusCodes.Status400BadRequest, null);

    /// <summary>Of a request without a body, whose client is still there.</summary>
    /// <param name="expired">Which clock ran out, if one did.</param>
    /// <param name="cause">What was thrown.</param>
    public static UpstreamFailure Of(ExchangeTimeout expired, Exception cause) => expired != ExchangeTimeout.None
        ? Of(expired)
        : OfUpstream(cause) ?? new UpstreamFailure(StatusCodes.Status502BadGateway, WordOf(cause));

    /// <summary>
    /// Finds out. The clocks know best; then what the client is known to have done; then what the upstream's side threw, for that
    /// makes the client's side fail as well; what is left is a client that went away.
    /// </summary>
    public static UpstreamFailure Of(ForwarderError error, Exception? cause, Exchange exchange)
    {
        if (exchange.Clock.Expired != ExchangeTimeout.None)
        {
            return Of(exchange.Clock.Expired);
        }

        if (exchange.IsBodyTooLarge)
        {
            return new UpstreamFailure(StatusCodes.Status413PayloadTooLarge, null);
        }

        if (exchange.IsMalformed)
        {
            return ByClient;
        }

        if (Find<BadHttpRequestException>(cause) is { } malformed)
        {
            return new UpstreamFailure(malformed.StatusCode, null);
        }

        // The client's bytes failed to come: what broke after that is a consequence.
        if (error is ForwarderError.RequestBodyClient or ForwarderError.UpgradeRequestClient && !IsCancelled(cause))
        {
            return ByClient;
        }

        // RequestAborted tells nothing here: a response that was broken off for the upstream's fault has set it as well.
        return OfUpstream(cause) ?? (IsClients(error) ? ByClient : new UpstreamFailure(StatusCodes.Status502BadGateway, WordOf(cause)));
    }

    // What is known to come from the upstream's side: that also stops the client's upload, which then looks cancelled.
    private static UpstreamFailure? OfUpstream(Exception? cause)
    {
        if (FindUncancelled<UpstreamConnectException>(cause) is { } connect)
        {
            return Of(connect.Failure);
        }

        // An upload is stopped because something else happened: that counts, unless all was well.
        var failed = FindUncancelled<UpstreamException>(cause, static found => found.Kind != UpstreamFailureKind.UploadStopped)
            ?? FindUncancelled<UpstreamException>(cause);
        return failed?.Kind switch
        {
            null when FindUncancelled<UpstreamProtocolException>(cause) is not null => new UpstreamFailure(StatusCodes.Status502BadGateway, Protocol),
            null when FindUncancelled<HttpRequestException>(cause) is { } general => new UpstreamFailure(StatusCodes.Status502BadGateway, WordOf(general)),
            null => null,
            UpstreamFailureKind.RequestBody => ByClient,
            UpstreamFailureKind.NoFreeConnection => new UpstreamFailure(StatusCodes.Status504GatewayTimeout, "no_free_connection"),
            UpstreamFailureKind.UploadStopped => new UpstreamFailure(StatusCodes.Status502BadGateway, null),
            _ => new UpstreamFailure(StatusCodes.Status502BadGateway, WordOf(failed)),
        };
    }

    private static UpstreamFailure Of(ExchangeTimeout timeout) => timeout switch
    {
        ExchangeTimeout.Connect => Of(UpstreamConnectFailure.Timeout),
        ExchangeTimeout.Headers => new UpstreamFailure(StatusCodes.Status504GatewayTimeout, "request_timeout"),
        ExchangeTimeout.Stream => new UpstreamFailure(StatusCodes.Status504GatewayTimeout, "stream_idle_timeout"),
        _ => new UpstreamFailure(StatusCodes.Status408RequestTimeout, null),
    };

    private static UpstreamFailure Of(UpstreamConnectFailure failure) => failure switch
    {
        UpstreamConnectFailure.Timeout => new UpstreamFailure(StatusCodes.Status504GatewayTimeout, "connect_timeout"),
        UpstreamConnectFailure.Refused => new UpstreamFailure(StatusCodes.Status502BadGateway, "connection_refused"),
        UpstreamConnectFailure.Unreachable => new UpstreamFailure(StatusCodes.Status502BadGateway, "unreachable"),
        UpstreamConnectFailure.Dns => new UpstreamFailure(StatusCodes.Status502BadGateway, "dns"),
        UpstreamConnectFailure.Loop => new UpstreamFailure(StatusCodes.Status502BadGateway, "loop"),
        UpstreamConnectFailure.Tls => new UpstreamFailure(StatusCodes.Status502BadGateway, "tls"),
        _ => new UpstreamFailure(StatusCodes.Status502BadGateway, "connect_failed"),
    };

    private static bool IsClients(ForwarderError error) => error is
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled or ForwarderError.RequestCanceled
        or ForwarderError.ResponseBodyClient or ForwarderError.ResponseBodyCanceled
        or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeRequestCanceled
        or ForwarderError.UpgradeResponseClient or ForwarderError.UpgradeResponseCanceled;

    // The first is the upload's. The read of an upload that was stopped fails as one that the client stopped, but for this.
    private static bool IsCancelled(Exception? cause) =>
        (cause is AggregateException several ? several.InnerExceptions[0] : cause) is OperationCanceledException and not ConnectionAbortedException;

    private static string WordOf(Exception? cause)
    {
        if (Find<SocketException>(cause) is { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted })
        {
            return Reset;
        }

        var error = Find<HttpRequestException>(cause)?.HttpRequestError ?? Find<HttpIOException>(cause)?.HttpRequestError;
        return error == HttpRequestError.ResponseEnded ? Closed : Protocol;
    }

    private static T? Find<T>(Exception? exception, Func<T, bool>? which = null, bool throughCancelled = true)
        where T : Exception => exception switch
        {
            null => null,
            T found when which?.Invoke(found) ?? true => found,
            OperationCanceledException when !throughCancelled => null,
            AggregateException several => several.InnerExceptions.Select(inner => Find(inner, which, throughCancelled)).FirstOrDefault(found => found is not null),
            _ => Find(exception.InnerException, which, throughCancelled),
        };

    // What is inside a cancellation was brought about by it: the client left, and the upstream's connection was ended for that.
    private static T? FindUncancelled<T>(Exception? exception, Func<T, bool>? which = null)
        where T : Exception => Find(exception, which, throughCancelled: false);
}
