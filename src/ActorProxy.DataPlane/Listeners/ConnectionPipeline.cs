using System.Security.Authentication;
using ActorProxy.DataPlane.Listeners.Http2;
using ActorProxy.DataPlane.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// What a connection meets between its socket and Kestrel's HTTP: the name check, TLS, and the guard of its version. The role of an
/// address is looked up for each connection, since a reload may change it while the socket stays.
/// </summary>
internal sealed class ConnectionPipeline(
    LiveRouting live, Func<ConnectionDelegate, ConnectionDelegate> http1Guard, Http2Guard http2Guard, ILogger logger)
{
    /// <summary>Puts the steps before Kestrel's own.</summary>
    /// <param name="http">Kestrel's HTTP.</param>
    /// <param name="find">The endpoint in a table, or as it last was; <c>null</c> ends the connection.</param>
    public ConnectionDelegate Before(ConnectionDelegate http, Func<RoutingTable, EndpointRoute?> find)
    {
        var http1 = http1Guard(http);
        var http2 = http2Guard.Apply(http);
        return context => RunAsync((AcceptedConnection)context, http1, http2, find);
    }

    private async Task RunAsync(
        AcceptedConnection connection, ConnectionDelegate http1, ConnectionDelegate http2, Func<RoutingTable, EndpointRoute?> find)
    {
        var routing = live.Current;
        if (find(routing) is not { } endpoint)
        {
            return;
        }

        if (endpoint.IsTls)
        {
            await RunTlsAsync(connection, routing, endpoint, http1, http2);
            return;
        }

        connection.BeginServing();
        await http1(connection);
    }

    private async Task RunTlsAsync(
        AcceptedConnection connection, RoutingTable routing, EndpointRoute endpoint, ConnectionDelegate http1, ConnectionDelegate http2)
    {
        var encrypted = connection.Transport;
        await using var tls = new TlsTransport(encrypted.Input, connection.SendAsync, connection.Features.GetRequiredFeature<IMemoryPoolFeature>().MemoryPool);
        connection.Presence.Tls = tls;
        if (await HandshakeAsync(connection, tls, routing, endpoint) is not { } session)
        {
            return;
        }

        connection.Features.Set<ITlsConnectionFeature>(session);
        connection.Features.Set<ITlsApplicationProtocolFeature>(session);
        connection.Features.Set<ITlsHandshakeFeature>(session);
        connection.Features.Set<ISslStreamFeature>(session);
        connection.Transport = tls;
        try
        {
            connection.BeginServing();
            await (session.IsHttp2 ? http2 : http1)(connection);
            if (!connection.IsAborted)
            {
                await tls.ShutdownAsync();
            }
        }
        finally
        {
            connection.Transport = encrypted;
        }
    }

    private async ValueTask<TlsSession?> HandshakeAsync(
        AcceptedConnection connection, TlsTransport tls, RoutingTable routing, EndpointRoute endpoint)
    {
        try
        {
            if (endpoint.Certificate is not { } pair || !await ClientHelloGate.PassesAsync(connection, routing, endpoint))
            {
                return null;
            }

            await tls.Stream.AuthenticateAsServerAsync(ServerHandshakes.For(pair), CancellationToken.None);
            return new TlsSession(tls.Stream);
        }
        catch (Exception failed) when (failed is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            Log.HandshakeFailed(logger, connection.Client.ClientIp.ToString(), failed.Message);
            return null;
        }
    }
}
