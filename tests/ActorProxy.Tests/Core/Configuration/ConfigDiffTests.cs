using System.Collections.Immutable;
using System.Net;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

public sealed class ConfigDiffTests
{
    private static readonly Site Git = new() { Host = "git.example.com", Upstream = new UpstreamAddress("127.0.0.1", 3000) };
    private static readonly Site Www = new() { Host = "www.example.com", Upstream = new UpstreamAddress("127.0.0.1", 3001) };

    private static readonly Listener First = new()
    {
        BindAddr = IPAddress.Parse("203.0.113.10"),
        Tls = new ListenerTls.Manual("/cert", "/key"),
        Sites = [Git],
    };

    private static readonly Listener Second = First with { BindAddr = IPAddress.IPv6Loopback, Sites = [Www] };

    [Fact]
    public void Listeners_and_sites_come_and_go_by_name()
    {
        var both = Snapshot(First, Second);
        var one = Snapshot(First);

        var come = ConfigDiff.Between(one, both);
        Assert.Equal(["[::1]:443"], come.ListenersAdded);
        Assert.Equal(["www.example.com"], come.SitesAdded);
        var gone = ConfigDiff.Between(both, one);
        Assert.Equal(["[::1]:443"], gone.ListenersRemoved);
        Assert.Equal(["www.example.com"], gone.SitesRemoved);
        Assert.Empty(gone.SitesChanged);
    }

    [Theory]
    [InlineData(8080, false)]
    [InlineData(80, true)]
    public void A_listener_changes_by_its_own_properties(int httpPort, bool exclusive)
    {
        var changes = ConfigDiff.Between(Snapshot(First), Snapshot(First with { HttpPort = httpPort, Exclusive = exclusive }));

        Assert.Equal(["203.0.113.10:443"], changes.ListenersChanged);
    }

    [Fact]
    public void A_listener_does_not_change_by_its_sites()
    {
        var changes = ConfigDiff.Between(
            Snapshot(First), Snapshot(First with { Sites = [Git with { UpstreamConnectTimeoutSecs = 1 }, Www] }));

        Assert.Empty(changes.ListenersChanged);
        Assert.Equal(["git.example.com"], changes.SitesChanged);
        Assert.Equal(["www.example.com"], changes.SitesAdded);
    }

    [Fact]
    public void A_site_that_moves_between_shared_listeners_is_no_change()
    {
        var changes = ConfigDiff.Between(
            Snapshot(First with { Sites = [Git, Www] }, Second with { Sites = [] }), Snapshot(First, Second));

        Assert.True(changes.IsEmpty);
    }

    [Fact]
    public void A_site_that_becomes_exclusive_is_a_change()
    {
        var changes = ConfigDiff.Between(Snapshot(First, Second), Snapshot(First with { Exclusive = true }, Second));

        Assert.Equal(["git.example.com"], changes.SitesChanged);
    }

    [Fact]
    public void Every_setting_is_noticed_by_its_key()
    {
        var before = Snapshot(First);
        var after = before with
        {
            Config = before.Config with
            {
                RateLimit = new RateLimit(2, 2),
                Body = new Body(2),
                AllowWildcardBind = true,
                ConnectionIdleTimeoutSecs = 1,
                TlsHandshakeTimeoutSecs = 1,
                MaxConnections = 1,
                MaxConnectionsPerClient = 1,
                Logging = new global::ActorProxy.Core.Configuration.Logging { Level = LogLevelName.Error },
            },
        };

        Assert.Equal(
            [
                "rate_limit.requests_per_second", "rate_limit.burst", "body.limit_bytes", "allow_wildcard_bind",
                "connection_idle_timeout_secs", "tls_handshake_timeout_secs", "max_connections", "max_connections_per_client",
                "logging.level",
            ],
            ConfigDiff.Between(before, after).SettingsChanged);
        Assert.Empty(ConfigDiff.NeedingRestart(before.Config, after.Config));
    }

    [Fact]
    public void Every_key_that_needs_a_restart_is_noticed_and_kept_as_it_runs()
    {
        var running = Snapshot(First).Config;
        var file = running with
        {
            HealthCheckPort = 1,
            HealthCheckSocket = "/run/h",
            MetricsOnTcp = false,
            AdminSocketPath = "",
            AdminKeyPath = "/k",
            ShutdownTimeoutSecs = 1,
            Logging = new global::ActorProxy.Core.Configuration.Logging { Format = LogFormat.Json, LogFilePath = "/log" },
            Admin = new Admin
            {
                SocketMode = 0x1b0,
                SocketGroup = "g",
                AdminUids = ["1"],
                AdminGids = ["1"],
                ViewerUids = ["1"],
                ViewerGids = ["1"],
                BaseDirs = ["/srv"],
                MaxConnections = 3,
                ReadTimeoutSecs = 1,
                MaxCommandBytes = 100,
                DebugCommands = true,
            },
        };

        Assert.Equal(
            [
                "health_check_port", "health_check_socket", "metrics_on_tcp", "admin_socket_path", "admin_key_path",
                "shutdown_timeout_secs", "logging.format", "logging.log_file_path", "admin.socket_mode", "admin.socket_group",
                "admin.admin_uids", "admin.admin_gids", "admin.viewer_uids", "admin.viewer_gids", "admin.base_dirs",
                "admin.max_connections", "admin.read_timeout_secs", "admin.max_command_bytes", "admin.debug_commands",
            ],
            ConfigDiff.NeedingRestart(running, file));
        Assert.Empty(ConfigDiff.NeedingRestart(running, file.WithRestartOnlyOf(running)));
        Assert.Empty(ConfigDiff.NeedingRestart(file, file.WithRestartOnlyOf(file)));
    }

    [Fact]
    public void Every_key_is_either_reloadable_or_needs_a_restart()
    {
        var settings = ConfigDiff.ReloadableKeys.Concat(ConfigDiff.RestartOnlyKeys).ToList();
        var all = ConfigKeys.ByTable
            .Where(table => !table.Key.StartsWith("listeners", StringComparison.Ordinal))
            .SelectMany(table => table.Value.Select(key => table.Key.Length == 0 ? key : $"{table.Key}.{key}"))
            .Except(["listeners", "rate_limit", "body", "logging", "admin"]);

        Assert.Equal(all.Order(StringComparer.Ordinal), settings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_plan_hangs_on_the_revision_and_the_file()
    {
        var snapshot = Snapshot(First);

        Assert.Equal(Plan.Of(1, snapshot), Plan.Of(1, snapshot with { Revision = 7 }));
        Assert.NotEqual(Plan.Of(1, snapshot), Plan.Of(2, snapshot));
        Assert.NotEqual(Plan.Of(1, snapshot), Plan.Of(1, snapshot with { Sha256 = "other" }));
        Assert.Matches("^[0-9a-f]{64}$", Plan.Of(1, snapshot));
    }

    private static Snapshot Snapshot(params ImmutableArray<Listener> listeners) => new()
    {
        Revision = 1,
        Sha256 = "hash",
        Config = new ProxyConfig { Listeners = listeners, RateLimit = new RateLimit(1, 1), Body = new Body(1) },
        Certificates = ImmutableDictionary<ListenAddress, CertificatePair>.Empty,
    };
}
