using System.Collections.Immutable;
using System.Net;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>Snapshots without a file.</summary>
internal static class TestSnapshots
{
    public static readonly Snapshot First = Of(1, Config(Listener(8443, "a.example.com")));

    public static SnapshotStore Store(TimeProvider? time = null, Snapshot? first = null) =>
        new(Valid(first ?? First, null), TimeSpan.FromMilliseconds(5), time ?? TimeProvider.System);

    public static Snapshot Of(long revision, ProxyConfig config, string? sha256 = null) => new()
    {
        Revision = revision,
        Config = config,
        Sha256 = sha256 ?? $"sha-{revision}",
        Certificates = ImmutableDictionary<ListenAddress, CertificatePair>.Empty,
    };

    public static LoadResult.Valid Valid(Snapshot next, Snapshot? current, ProxyConfig? running = null) => new(
        next,
        ConfigDiff.Between(current, next) with { RestartRequired = ConfigDiff.NeedingRestart(running, next.Config) },
        []);

    /// <summary>What a file with these hosts would load as.</summary>
    public static LoadResult.Valid Hosts(Snapshot current, params string[] hosts) =>
        Valid(Of(current.Revision + 1, Config(Listener(8443, hosts)), $"sha-{string.Join('-', hosts)}"), current, First.Config);

    public static ProxyConfig Config(params Listener[] listeners) => new()
    {
        Listeners = [.. listeners],
        RateLimit = new RateLimit(10, 20),
        Body = new Body(1024),
        HealthCheckPort = 0,
        AdminSocketPath = "",
        ShutdownTimeoutSecs = 3,
    };

    public static Listener Listener(int port, params string[] hosts) => new()
    {
        BindAddr = IPAddress.Loopback,
        HttpsPort = port,
        HttpPort = 0,
        Tls = new ListenerTls.Manual("/cert.pem", "/key.pem"),
        Sites = [.. hosts.Select(host => new Site { Host = host, Upstream = new UpstreamAddress("127.0.0.1", 3000) })],
    };

    public static ListenAddress Address(int port) => new(IPAddress.Loopback, port);
}
