using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>
/// The connection middleware that reads every HTTP/1 message before Kestrel does, so that what is refused is refused by the
/// contract's rules and with its answers. Goes after TLS; HTTP/2 connections are none of its business.
/// </summary>
/// <param name="services">What the guards of all connections share.</param>
/// <param name="takerFor">Makes what answers requests of a TLS connection without Kestrel; <c>null</c> for none.</param>
internal sealed class Http1Guard(Http1GuardServices services, Func<ConnectionContext, ClientConnection, IRequestTaker>? takerFor = null)
{
    /// <summary>The middleware: <c>listenOptions.Use(guard.Apply)</c>. Needs a <see cref="ClientConnection"/> among the features.</summary>
    public ConnectionDelegate Apply(ConnectionDelegate next) =>
        connection => IsHttp2(connection) ? next(connection) : GuardAsync(connection, next);

    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>() is { } alpn
        && alpn.ApplicationProtocol.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span);

    private async Task GuardAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var client = connection.Features.GetRequiredFeature<ClientConnection>();
        var isTls = connection.Features.Get<ITlsHandshakeFeature>() is not null;
        var refusals = new RefusalWriter(transport.Output, client, services, isRateLimited: isTls);
        var reader = new GuardedPipeReader(transport.Input, refusals, isTls ? takerFor?.Invoke(connection, client) : null);
        connection.Transport = new GuardedTransport(reader, transport.Output);
        connection.Features.Set(new Http1GuardState(reader));
        try
        {
            await next(connection);
            if (reader.MustLinger)
            {
                reader.Release();
                await new LingeringClose(transport, services.Time).WaitAsync(connection.ConnectionClosed);
            }
        }
        finally
        {
            connection.Transport = transport;
        }
    }
}
