using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Upkeep;

public sealed class DriftTests : ActorTests
{
    private readonly TempDirectory _directory = new();
    private readonly SnapshotStore _store;
    private readonly Drift _drift;

    public DriftTests()
        : base("actor-proxy.drift.interval = 50ms")
    {
        _directory.Write("config.toml", "first");
        var first = TestSnapshots.Of(1, TestSnapshots.First.Config, Sha256("first"));
        _store = TestSnapshots.Store(first: first);
        _drift = new Drift(_store, _directory["config.toml"]);
        Sys.ActorOf(FakeKeeper.Props(DriftActor.Props(_drift, Settings.Drift, Recorded), () => { }));
    }

    [Fact]
    public async Task A_file_that_differs_from_what_was_applied_is_newer_until_it_does_no_more()
    {
        _directory.Write("config.toml", "second");
        await DriftsAsync("file_newer");

        _directory.Write("config.toml", "first");
        await DriftsAsync();

        Assert.Contains("CONFIG_DRIFT Drift=file_newer", Recorded.Lines);
        await Eventually.HoldsAsync(() => Recorded.Lines.Contains("CONFIG_DRIFT_ENDED Drift=file_newer"), "line", Cancelled);
    }

    [Fact]
    public async Task A_file_of_the_same_size_and_time_is_told_from_the_one_applied()
    {
        _directory.Write("config.toml", "tsrif");
        File.SetLastWriteTimeUtc(_directory["config.toml"], DateTime.UnixEpoch);

        await DriftsAsync("file_newer");
    }

    [Fact]
    public async Task A_file_that_is_gone_is_missing()
    {
        File.Delete(_directory["config.toml"]);
        await DriftsAsync("file_missing");

        _directory.Write("config.toml", "first");
        await DriftsAsync();
    }

    [Fact]
    public async Task After_a_reload_what_was_seen_before_means_nothing()
    {
        _directory.Write("config.toml", "second");
        await DriftsAsync("file_newer");

        Write(writer => writer.Apply(TestSnapshots.Of(2, _store.Running, Sha256("second")), null, [], Entry));

        Assert.Empty(_drift.Items);
    }

    [Fact]
    public void A_needed_restart_is_drift_at_once()
    {
        Write(writer => writer.Refresh(_store.Current, ["health_check_port"], Entry));

        Assert.Equal(["restart_required"], _drift.Items);
    }

    [Fact]
    public void Others_may_add_what_they_watch()
    {
        _drift.Publish("admin_key", true);
        Assert.Equal(["admin_key"], _drift.Items);

        _drift.Publish("admin_key", false);
        Assert.Empty(_drift.Items);
    }

    [Fact]
    public async Task A_certificate_on_the_disk_that_differs_from_the_one_served_is_newer()
    {
        using var served = TestCertificates.SelfSigned("a.example.com");
        using var renewed = TestCertificates.SelfSigned("a.example.com");
        var (cert, key) = served.WriteTo(_directory);
        var text = $"""
            [rate_limit]
            requests_per_second = 10
            burst = 20
            [body]
            limit_bytes = 1024
            [[listeners]]
            bind_addr = "127.0.0.1"
            https_port = 8443
            http_port = 0
            [listeners.tls]
            mode = "manual"
            cert_path = "{cert}"
            key_path = "{key}"
            [[listeners.sites]]
            host = "a.example.com"
            upstream = "127.0.0.1:3000"
            """;
        var loader = new SnapshotLoader(_directory.Write("config.toml", text), allowWildcardBind: false, TimeProvider.System);
        var loaded = Assert.IsType<LoadResult.Valid>(await loader.LoadAsync(null, null, Cancelled)).Snapshot;
        Write(writer => writer.Apply(loaded with { Revision = 2 }, null, [], Entry));
        await DriftsAsync();

        renewed.WriteTo(_directory);

        await DriftsAsync("certificate_newer");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _directory.Dispose();
    }

    private static HistoryEntry Entry => new()
    {
        Time = TimeProvider.System.GetUtcNow(),
        Trigger = ReloadTrigger.Sighup,
        Outcome = ReloadOutcome.Applied,
        Revision = 2,
    };

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Write(Action<SnapshotWriter> write) => write(_store.Open());

    private Task DriftsAsync(params ImmutableArray<string> items) =>
        Eventually.HoldsAsync(() => _drift.Items.SequenceEqual(items), $"drift [{string.Join(", ", items)}]", Cancelled);
}
