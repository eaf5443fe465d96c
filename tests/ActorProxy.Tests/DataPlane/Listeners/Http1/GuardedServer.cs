using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.RateLimiting;
using ActorProxy.DataPlane.Tls;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>A real Kestrel behind the guard, plain or with TLS, with the test's application.</summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly BucketTable _buckets = new(new RateLimit(1000, 1000), TimeProvider.System);
    private readonly TestCertificate? _certificate;
    private ListenOptions? _listening;

    private GuardedServer(RequestDelegate application, bool tls)
    {
        _certificate = tls ? TestCertificates.SelfSigned("a.example") : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        _app = builder.Build();
        _app.Run(application);
    }

    public RecordingAccessLog Log { get; } = new();

    /// <summary>The guard of the connection that was accepted last.</summary>
    public Http1GuardState? Guard { get; private set; }

    public static async Task<GuardedServer> StartAsync(RequestDelegate application, bool tls = false)
    {
        var server = new GuardedServer(application, tls);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync((IPEndPoint)_listening!.EndPoint!, _certificate is not null);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _buckets.Dispose();
        _certificate?.Dispose();
    }

    private async Task EncryptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var encrypted = connection.Transport;
        await using var tls = new TlsTransport(
            encrypted.Input,
            async (bytes, cancellationToken) => await encrypted.Output.WriteAsync(bytes, cancellationToken),
            connection.Features.GetRequiredFeature<IMemoryPoolFeature>().MemoryPool);
        await tls.Stream.AuthenticateAsServerAsync(ServerHandshakes.For(_certificate!.ToPair()), CancellationToken.None);
        connection.Features.Set<ITlsHandshakeFeature>(new TlsSession(tls.Stream));
        connection.Transport = tls;
        await next(connection);
        await tls.ShutdownAsync();
    }

    private void Configure(KestrelServerOptions options)
    {
        var routing = TestRoutes.Live(TestRoutes.Config(TestRoutes.Listener()));
        var guard = new Http1Guard(new Http1GuardServices(routing, Log, new ProxyMetrics(), _buckets, TimeProvider.System));
        Http1Limits.Loosen(options);
        options.AddServerHeader = false;
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            _listening = listen;
            if (_certificate is not null)
            {
                listen.Use(next => connection => EncryptAsync(connection, next));
            }

            listen.Use(next => connection =>
            {
                connection.Features.Set(new ClientConnection(TestRoutes.Https, IPAddress.Loopback));
                return next(connection);
            });
            listen.Use(guard.Apply);
            listen.Use(next => connection =>
            {
                Guard = connection.Features.Get<Http1GuardState>();
                return next(connection);
            });
        });
    }
}
