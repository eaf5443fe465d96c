using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http2;
using ActorProxy.DataPlane.RateLimiting;
using ActorProxy.DataPlane.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane;

/// <summary>The data plane: one Kestrel server for each listening socket, all of them before one pipeline.</summary>
public sealed class KestrelDataPlane : IDataPlane, IAsyncDisposable
{
    private readonly LiveRouting _live;
    private readonly TimeProvider _time;
    private readonly ProxyMetrics _metrics;
    private readonly ConnectionLimits _limits;
    private readonly IdleConnections _idle;
    private readonly SocketConnectionContextFactory _transport;
    private readonly EndpointServers _servers;
    private readonly BucketTable? _buckets;
    private readonly UpstreamClients? _upstreams;

    /// <summary>Puts the parts together; nothing is bound yet.</summary>
    /// <param name="live">What connections and requests read; shared with the pipeline.</param>
    /// <param name="metrics">Where connections are counted.</param>
    /// <param name="pipeline">What every request of every listener runs through.</param>
    /// <param name="http1Guard">Stands between TLS and Kestrel's HTTP/1, on plain listeners too.</param>
    /// <param name="loggerFactory">For Kestrel and for the listeners.</param>
    /// <param name="time">All clocks but Kestrel's own.</param>
    /// <param name="refused">Told of each request over HTTP/2 that Kestrel refuses by itself.</param>
    internal KestrelDataPlane(
        LiveRouting live,
        ProxyMetrics metrics,
        RequestDelegate pipeline,
        Func<ConnectionDelegate, ConnectionDelegate> http1Guard,
        ILoggerFactory loggerFactory,
        TimeProvider time,
        Action<ClientConnection>? refused = null)
    {
        var logger = loggerFactory.CreateLogger("ActorProxy.Listeners");
        _live = live;
        _time = time;
        _metrics = metrics;
        _limits = new ConnectionLimits(live.Current.Config, metrics);
        _idle = new IdleConnections(live, time);
        _transport = new SocketConnectionContextFactory(
            ServerOptions.Transport(), loggerFactory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
        _servers = new EndpointServers(new EndpointParts
        {
            Live = live,
            Accept = new AcceptSettings
            {
                Limits = _limits,
                Transport = _transport,
                Time = time,
                Logger = logger,
                Failures = new AcceptFailures(time),
            },
            Idle = _idle,
            Pipeline = new ConnectionPipeline(live, http1Guard, new Http2Guard(time, logger, refused), logger),
            Application = new RequestApplication(pipeline),
            LoggerFactory = loggerFactory,
        });
    }

    private KestrelDataPlane(DataPlaneParts parts)
        : this(parts.Live, parts.Metrics, parts.Pipeline.InvokeAsync, parts.Guard.Apply, parts.LoggerFactory, parts.Time, parts.Refused.Report)
    {
        _buckets = parts.Buckets;
        _upstreams = parts.Upstreams;
    }

    /// <inheritdoc/>
    public IListeners Listeners => _servers;

    /// <inheritdoc/>
    public Snapshot Live => _live.Current.Snapshot;

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotInUse> SnapshotsInUse => _live.InUse(_time);

    /// <inheritdoc/>
    public IPreparedRouting Prepare(Snapshot snapshot) =>
        new PreparedRouting(RoutingTable.Build(snapshot, _metrics), _live, _limits, _servers, _buckets, _upstreams);

    /// <summary>Puts the whole data plane together before its first snapshot; nothing is bound yet.</summary>
    /// <param name="first">What the first connections are served by.</param>
    /// <param name="metrics">Where everything is counted.</param>
    /// <param name="log">Where requests are written.</param>
    /// <param name="loggerFactory">For what is not a request.</param>
    /// <param name="time">All clocks but Kestrel's own.</param>
    public static KestrelDataPlane Create(
        Snapshot first, ProxyMetrics metrics, IAccessLog log, ILoggerFactory loggerFactory, TimeProvider time) =>
        new(DataPlaneParts.Build(first, metrics, log, loggerFactory, time));

    /// <summary>What the process must set before OpenSSL or Kestrel are first used. First in Main.</summary>
    public static void ApplyToProcess()
    {
        TlsPolicy.ApplyToProcess();
        ServerOptions.ApplyToProcess();
    }

    /// <summary>
    /// The data plane's part of a stop: closes all sockets, asks every connection to end after what is in flight, and cuts what is
    /// left when the time is over.
    /// </summary>
    /// <param name="time">How long requests in flight may go on.</param>
    /// <param name="cancellationToken">Cuts them at once.</param>
    public Task DrainAsync(TimeSpan time, CancellationToken cancellationToken) => _servers.CloseAllAsync(time, cancellationToken);

    /// <summary>Cuts whatever <see cref="DrainAsync"/> has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(TimeSpan.Zero, CancellationToken.None);
        await _idle.DisposeAsync();
        _transport.Dispose();
        _upstreams?.Dispose();
    }
}
