using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace ActorProxy.Benchmarks;

/// <summary>What each request passes through that is the proxy's own.</summary>
[MemoryDiagnoser]
public class RequestBenchmarks : IDisposable
{
    private static readonly ListenAddress Https = new(IPAddress.Loopback, 443);
    private static readonly ReadOnlySequence<byte> Head = new(
        "GET /path/to/a/page?with=query HTTP/1.1\r\nHost: site7.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\nAccept-Encoding: gzip, br\r\nCookie: session=0123456789abcdef\r\n\r\n"u8.ToArray());

    private readonly BucketTable _buckets = new(new RateLimit(1_000_000_000, 1_000_000_000), TimeProvider.System);
    private readonly IPAddress[] _clients = [.. Enumerable.Range(0, 1000).Select(n => new IPAddress([10, 0, (byte)(n >> 8), (byte)n]))];
    private readonly LogQueue _queue = new(TimeProvider.System, new Counter());
    private AccessLog _log = null!;
    private RoutingTable _table = null!;
    private int _next;

    [Params(1, 10_000)]
    public int Sites { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _log = new AccessLog(_queue, TimeProvider.System);
        _table = RoutingTable.Build(
            new Snapshot
            {
                Revision = 1,
                Config = Config(),
                Sha256 = "",
                Certificates = ImmutableDictionary<ListenAddress, CertificatePair>.Empty,
            },
            new ProxyMetrics());
    }

    [Benchmark]
    public object? FindSite() => _table.FindSite("site0.example", Https);

    [Benchmark]
    public bool TakeToken() => _buckets.TryTake(_clients[_next++ % _clients.Length], out _);

    [Benchmark]
    public long CheckHead() => new MessageCheck().Read(Head);

    [Benchmark]
    public bool FieldRule() => FieldRules.MayReachUpstream("Accept-Language") && FieldRules.MayReachClient("Content-Type");

    /// <summary>Goes to standard output: send that to a file.</summary>
    [Benchmark]
    public void LogLine() => _log.Request(new RequestLine
    {
        ClientIp = _clients[0],
        Host = "site0.example",
        Method = "GET",
        Path = "/path/to/a/page",
        Status = 200,
        Upstream = "127.0.0.1:3000",
        Duration = TimeSpan.FromMilliseconds(3),
        Revision = 1,
    });

    public void Dispose()
    {
        _buckets.Dispose();
        _queue.Dispose();
    }

    private ProxyConfig Config() => new()
    {
        Listeners =
        [
            new Listener
            {
                BindAddr = Https.Address,
                HttpsPort = Https.Port,
                HttpPort = 80,
                Tls = new ListenerTls.Manual("/cert.pem", "/key.pem"),
                Sites = [.. Enumerable.Range(0, Sites).Select(n => new Site { Host = $"site{n}.example", Upstream = new UpstreamAddress("127.0.0.1", 3000) })],
            },
        ],
        RateLimit = new RateLimit(10, 20),
        Body = new Body(1000),
        HealthCheckPort = 0,
        AdminSocketPath = "",
    };
}
