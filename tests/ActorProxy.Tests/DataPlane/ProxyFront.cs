using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane;
using ActorProxy.DataPlane.FastPath;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.Listeners.Http2;
using ActorProxy.DataPlane.RateLimiting;
using ActorProxy.DataPlane.Requests;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorProxy.Tests.DataPlane;

/// <summary>The request pipeline behind a real Kestrel, on a TLS port and a plain-text one; no configuration file.</summary>
internal sealed class ProxyFront : IAsyncDisposable
{
    private static readonly TestCertificate Certificate = TestCertificates.SelfSigned("*.test");

    private readonly WebApplication _app;
    private readonly UpstreamClients _clients;
    private readonly BucketTable _buckets;
    private readonly FastPathParts? _fastPath;

    private ProxyFront(ProxyConfig config, TimeProvider time, bool fastPath)
    {
        Live = new LiveRouting(TestRoutes.Table(config, Metrics));
        _buckets = new BucketTable(config.RateLimit, time);
        _clients = new UpstreamClients(new UpstreamConnector(new OwnAddresses(Live), time), config.MaxConnections, time);
        var failures = new UpstreamFailures(Log, NullLogger<UpstreamFailures>.Instance);
        var clocks = new ExchangeClocks(time);
        var forwarder = new SiteForwarder(_clients, failures, clocks, time);
        _fastPath = !fastPath ? null : new FastPathParts
        {
            Live = Live,
            Buckets = _buckets,
            Pools = _clients.Http1Pools!,
            Clocks = clocks,
            Failures = failures,
            Log = Log,
            Date = new HttpDate(time),
            Time = time,
            Logger = NullLogger.Instance,
        };
        var pipeline = new RequestPipeline(Live, Log, Metrics, _buckets, forwarder, time, NullLogger<RequestPipeline>.Instance);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(ServerErrors);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        _app = builder.Build();
        _app.Run(pipeline.InvokeAsync);
    }

    public LiveRouting Live { get; }

    public RecordedLog Log { get; } = new();

    public ProxyMetrics Metrics { get; } = new();

    /// <summary>What Kestrel took for an error of its own.</summary>
    public ErrorLines ServerErrors { get; } = new();

    /// <summary>The connection that came last.</summary>
    public ClientConnection? LastConnection { get; private set; }

    public int HttpsPort { get; private set; }

    public int HttpPort { get; private set; }

    public static Task<ProxyFront> StartAsync(params Site[] sites) => StartAsync(TestRoutes.Config(TestRoutes.Listener(sites)));

    /// <param name="config">What it serves.</param>
    /// <param name="time">All clocks but Kestrel's.</param>
    /// <param name="fastPath">Whether ordinary requests are served before Kestrel sees them.</param>
    public static async Task<ProxyFront> StartAsync(ProxyConfig config, TimeProvider? time = null, bool fastPath = true)
    {
        var front = new ProxyFront(config, time ?? TimeProvider.System, fastPath);
        await front._app.StartAsync(TestContext.Current.CancellationToken);
        var ports = front._app.Urls.Select(url => new Uri(url)).ToLookup(url => url.Scheme, url => url.Port);
        front.HttpsPort = ports["https"].Single();
        front.HttpPort = ports["http"].Single();
        return front;
    }

    /// <summary>A client that reaches the TLS port under whatever host it asks for.</summary>
    public HttpMessageInvoker Client() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) => await ConnectAsync(HttpsPort, cancellationToken),
        SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
    });

    /// <summary>A connection over TLS for bytes that no client sends.</summary>
    public async Task<RawClient> RawAsync(SslApplicationProtocol? protocol = null)
    {
        var stream = await ConnectAsync(HttpsPort, TestContext.Current.CancellationToken);
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "a.test",
                ApplicationProtocols = [protocol ?? SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            },
            TestContext.Current.CancellationToken);
        return new RawClient(tls, stream.Socket);
    }

    /// <summary>A connection to the redirect port.</summary>
    public async Task<RawClient> RawPlainAsync() => new(await ConnectAsync(HttpPort, TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _clients.Dispose();
        _buckets.Dispose();
    }

    private static async Task<NetworkStream> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.AllowAlternateSchemes = true;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.Limits.Http2.MaxRequestHeaderFieldSize = 64 * 1024;
        options.Limits.Http2.MaxStreamsPerConnection = Http2Guard.KestrelStreams;
        options.Limits.MinResponseDataRate = null;
        Http1Limits.Loosen(options);
        var guard = new Http1Guard(new Http1GuardServices(Live, Log, Metrics, _buckets, TimeProvider.System), _fastPath is null ? null : _fastPath.For);
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.UseHttps(Certificate.Certificate);
            AddConnection(listen, TestRoutes.Https);
            listen.Use(GuardHttp2);
            listen.Use(guard.Apply);
        });
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            AddConnection(listen, new ListenAddress(TestRoutes.Https.Address, 80));
            listen.Use(guard.Apply);
        });
    }

    private static ConnectionDelegate GuardHttp2(ConnectionDelegate next)
    {
        var guarded = new Http2Guard(TimeProvider.System, NullLogger.Instance).Apply(next);
        return connection => connection.Features.Get<ITlsApplicationProtocolFeature>() is { } alpn
            && alpn.ApplicationProtocol.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span) ? guarded(connection) : next(connection);
    }

    private void AddConnection(ListenOptions listen, ListenAddress address) => listen.Use(next => connection =>
    {
        LastConnection = new ClientConnection(address, IPAddress.Loopback);
        connection.Features.Set(LastConnection);
        return next(connection);
    });
}
