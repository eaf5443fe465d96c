using System.Collections.Immutable;
using System.Diagnostics;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Metrics;
using ActorProxy.TestKit;
using ActorProxy.Tests.DataPlane;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.Core.Metrics;

public sealed class MetricsPageTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly ProxyMetrics _metrics = new();
    private readonly ProcessUsage _usage = new();
    private readonly TestCertificate _certificate = TestCertificates.SelfSigned("git.example.com");
    private readonly RestartLedger _ledger;
    private readonly MetricsPage _page;
    private ImmutableArray<string> _drift = [];

    public MetricsPageTests()
    {
        _ledger = new RestartLedger(_time);
        var snapshot = new Snapshot
        {
            Revision = 1,
            Config = TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("git.example.com", 3000))),
            Sha256 = "ab",
            Certificates = ImmutableDictionary<ListenAddress, CertificatePair>.Empty.Add(TestRoutes.Https, _certificate.ToPair()),
        };
        var store = new SnapshotStore(new LoadResult.Valid(snapshot, ConfigChanges.None, []), TimeSpan.Zero, _time);
        _page = new MetricsPage(
            new TrafficMetrics(_metrics), new ControlPlaneMetrics(store, _ledger, () => _drift), new ProcessMetrics(_usage));
    }

    [Fact]
    public void Every_metric_of_the_contract_is_there()
    {
        UseEverything();
        var lines = _page.Render().Split('\n').ToHashSet();

        string[] expected =
        [
            """actor_proxy_requests_total{site="git.example.com",code="2xx"} 2""",
            """actor_proxy_requests_total{site="git.example.com",code="5xx"} 0""",
            """actor_proxy_requests_total{site="unknown",code="4xx"} 1""",
            """actor_proxy_request_duration_seconds_bucket{site="git.example.com",le="0.001"} 0""",
            """actor_proxy_request_duration_seconds_bucket{site="git.example.com",le="0.05"} 1""",
            """actor_proxy_request_duration_seconds_bucket{site="git.example.com",le="+Inf"} 2""",
            """actor_proxy_request_duration_seconds_sum{site="git.example.com"} 100.045""",
            """actor_proxy_request_duration_seconds_count{site="git.example.com"} 2""",
            """actor_proxy_upstream_errors_total{site="git.example.com",error="connection_refused"} 1""",
            "actor_proxy_connections 1",
            "actor_proxy_requests_in_flight 1",
            "actor_proxy_rate_limited_total 1",
            "actor_proxy_client_limit_refusals_total 1",
            "actor_proxy_log_lines_dropped_total 7",
            "actor_proxy_admin_connections 1",
            """actor_proxy_admin_commands_total{command="status",outcome="ok"} 1""",
            """actor_proxy_config_reloads_total{outcome="applied"} 1""",
            """actor_proxy_config_reloads_total{outcome="auto_reverted"} 0""",
            "actor_proxy_config_revision 1",
            $"actor_proxy_config_last_reload_timestamp_seconds {Now.ToUnixTimeSeconds()}",
            "actor_proxy_config_drift 2",
            """actor_proxy_actor_restarts_total{actor="data-plane"} 2""",
            """actor_proxy_actor_restarts_total{actor="admin-socket/connection"} 2""",
            $$"""actor_proxy_certificate_expiry_timestamp_seconds{listener="127.0.0.1:443"} {{_certificate.ToPair().NotAfter.ToUnixTimeSeconds()}}""",
            $$"""actor_proxy_build_info{version="{{BuildVersion.Version}}",commit="{{BuildVersion.Commit}}"} 1""",
            $"actor_proxy_max_fds {DescriptorLimit.Soft}",
        ];
        Assert.Empty(expected.Except(lines));
        Assert.Contains(lines, line => line.StartsWith("actor_proxy_open_fds ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("dotnet_gc_collections_total{gc_heap_generation=\"gen0\"} ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("process_resident_memory_bytes ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        Requires.Program("promtool");
        UseEverything();
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(_page.Render());
        promtool.StandardInput.Close();
        var complaints = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            + await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", complaints);
        Assert.Equal(0, promtool.ExitCode);
    }

    [Fact]
    public void A_site_without_requests_has_no_series()
    {
        _metrics.Site("silent.example.com");

        Assert.DoesNotContain("silent.example.com", _page.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        var text = new PrometheusText();
        text.Metric(MetricType.Gauge, "actor_proxy_test", "A test.");
        text.Sample(0.5, ("a", "x\"y\\z\n"), ("b", ""));

        Assert.Equal("# HELP actor_proxy_test A test.\n# TYPE actor_proxy_test gauge\nactor_proxy_test{a=\"x\\\"y\\\\z\\n\",b=\"\"} 0.5\n", text.ToString());
    }

    public void Dispose()
    {
        _usage.Dispose();
        _certificate.Dispose();
    }

    private void UseEverything()
    {
        var site = _metrics.Site("git.example.com");
        site.Begin();
        site.Begin();
        site.Begin();
        site.End(200, TimeSpan.FromMilliseconds(45));
        site.End(200, TimeSpan.FromSeconds(100));
        site.UpstreamFailed("connection_refused");
        _metrics.UnknownHost.Begin();
        _metrics.UnknownHost.End(404, TimeSpan.Zero);
        _metrics.ConnectionOpened();
        _metrics.ConnectionOpened();
        _metrics.ConnectionClosed();
        _metrics.ClientLimitRefused();
        _metrics.RateLimited.Increment();
        _metrics.LogLinesDropped.Add(7);
        _metrics.AdminConnections.Increment();
        _metrics.AdminCommand("status", "ok");
        var failure = new ActorFailure(Now, "IOException", "e-1");
        _ledger.Failed("data-plane", failure);
        _ledger.Failed("data-plane", failure);
        _ledger.Failed("admin-socket/connection-1", failure);
        _ledger.Failed("admin-socket/connection-2", failure);
        _drift = ["file_newer", "restart_required"];
    }
}
