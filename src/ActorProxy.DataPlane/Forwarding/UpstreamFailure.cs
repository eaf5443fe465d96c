using System.Net;
using System.Net.Sockets;
using ActorProxy.DataPlane.Forwarding.Http1;
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

    /// <summary>Finds out. The clocks know best, then the client's own failures, then what the upstream's side threw.</summary>
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

        // RequestAborted tells nothing here: a response that was broken off for the upstream's fault has set it as well.
        if (IsClients(error))
        {
            return new UpstreamFailure(Find<BadHttpRequestException>(cause)?.StatusCode ?? StatusCodes.Status400BadRequest, null);
        }

        if (Find<UpstreamConnectException>(cause) is { } connect)
        {
            return Of(connect.Failure);
        }

        // An upload is stopped because something else happened: that counts, unless all was well.
        var failed = Find<UpstreamException>(cause, static found => found.Kind != UpstreamFailureKind.UploadStopped) ?? Find<UpstreamException>(cause);
        return failed?.Kind switch
        {
            UpstreamFailureKind.NoFreeConnection => new UpstreamFailure(StatusCodes.Status504GatewayTimeout, "no_free_connection"),
            UpstreamFailureKind.UploadStopped => new UpstreamFailure(StatusCodes.Status502BadGateway, null),
            _ => new UpstreamFailure(StatusCodes.Status502BadGateway, WordOf(failed ?? cause)),
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

    private static string WordOf(Exception? cause)
    {
        if (Find<SocketException>(cause) is { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted })
        {
            return Reset;
        }

        var error = Find<HttpRequestException>(cause)?.HttpRequestError ?? Find<HttpIOException>(cause)?.HttpRequestError;
        return error == HttpRequestError.ResponseEnded ? Closed : Protocol;
    }

    private static T? Find<T>(Exception? exception, Func<T, bool>? which = null)
        where T : Exception => exception switch
        {
            null => null,
            T found when which?.Invoke(found) ?? true => found,
            AggregateException several => several.InnerExceptions.Select(inner => Find(inner, which)).FirstOrDefault(found => found is not null),
            _ => Find(exception.InnerException, which),
        };
}
