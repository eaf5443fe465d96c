using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

public sealed class TomlReaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ConfigText _text;

    public TomlReaderTests() => _text = new ConfigText(_directory);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_default_is_filled_in()
    {
        var (config, _) = Read(_text.Minimal);

        Assert.NotNull(config);
        Assert.False(config.AllowWildcardBind);
        Assert.Equal((60, 10, 1024, 512), (
            config.ConnectionIdleTimeoutSecs, config.TlsHandshakeTimeoutSecs, config.MaxConnections, config.MaxConnectionsPerClient));
        Assert.Equal((9900, "", true), (config.HealthCheckPort, config.HealthCheckSocket, config.MetricsOnTcp));
        Assert.Equal(("/run/actor-proxy/admin.sock", "", 30), (config.AdminSocketPath, config.AdminKeyPath, config.ShutdownTimeoutSecs));
        Assert.Equal(new global::ActorProxy.Core.Configuration.Logging { Level = LogLevelName.Info, Format = LogFormat.Text, LogFilePath = null }, config.Logging);
        Assert.Equal((Convert.ToInt32("0600", 8), null), (config.Admin.SocketMode, config.Admin.SocketGroup));
        Assert.Equal((10, 5, 4096, false), (
            config.Admin.MaxConnections, config.Admin.ReadTimeoutSecs, config.Admin.MaxCommandBytes, config.Admin.DebugCommands));
        Assert.Equal(["/run"], config.Admin.BaseDirs);
        var site = Assert.Single(config.Listeners[0].Sites);
        Assert.Equal((UpstreamScheme.Http, UpstreamHttpVersion.Http11), (site.UpstreamScheme, site.UpstreamHttpVersion));
        Assert.Equal((5, 60, 600), (site.UpstreamConnectTimeoutSecs, site.UpstreamRequestTimeoutSecs, site.UpstreamStreamIdleTimeoutSecs));
        Assert.False(config.Listeners[0].Exclusive);
    }

    [Fact]
    public void Ports_default_to_those_of_http_and_https()
    {
        var (config, _) = Read(_text.Minimal.Replace("http_port = 8080\nhttps_port = 8443\n", "", StringComparison.Ordinal));

        Assert.Equal((80, 443), (config!.Listeners[0].HttpPort, config.Listeners[0].HttpsPort));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(1001, 500)]
    public void One_client_gets_half_of_the_connections_unless_said_otherwise(int all, int one)
    {
        var (config, _) = Read($"max_connections = {all}\n{_text.Minimal}");

        Assert.Equal(one, config!.MaxConnectionsPerClient);
    }

    [Fact]
    public void Hosts_are_lower_cased_and_lose_their_trailing_dot()
    {
        var (config, _) = Read(_text.Minimal.Replace("git.example.com", "GIT.Example.COM.", StringComparison.Ordinal));

        Assert.Equal("git.example.com", config!.Listeners[0].Sites[0].Host);
    }

    [Fact]
    public void An_upstream_in_brackets_is_an_IPv6_address()
    {
        var (config, _) = Read(_text.Minimal.Replace("127.0.0.1:3000", "[2001:db8::1]:3000", StringComparison.Ordinal));

        Assert.Equal(new UpstreamAddress("2001:db8::1", 3000), config!.Listeners[0].Sites[0].Upstream);
    }

    [Fact]
    public void A_socket_below_var_run_is_below_run()
    {
        var (config, _) = Read($"[admin]\nbase_dirs = [\"/var/run\", \"/var/running\"]\n{_text.Minimal}");

        Assert.Equal(["/run", "/var/running"], config!.Admin.BaseDirs);
    }

    [Fact]
    public void A_byte_order_mark_and_CRLF_change_neither_meaning_nor_positions()
    {
        var text = _text.Minimal.Replace("burst = 20", "burst = 0", StringComparison.Ordinal);
        var windows = Encoding.UTF8.Preamble.ToArray().Concat(Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal))).ToArray();

        Assert.NotNull(Read(_text.Minimal.Replace("\n", "\r\n", StringComparison.Ordinal)).Config);
        Assert.Equal([new Problem(3, 9, "`burst` must be at least 1, not 0")], Problems(windows));
    }

    [Fact]
    public void Columns_count_characters()
    {
        Assert.Equal((1, 10), Place("\"é😀\" = 1 x\n"));
    }

    [Theory]
    [InlineData(new byte[] { 0xff }, 1, 1)]
    [InlineData(new byte[] { (byte)'#', (byte)'\n', (byte)'#', 0xc3, 0xa9, 0xc3 }, 2, 3)]
    [InlineData(new byte[] { (byte)'#', 0xed, 0xa0, 0x80 }, 1, 2)]
    public void Bytes_that_are_not_UTF_8_are_named_by_their_place(byte[] bytes, int line, int column) =>
        Assert.Equal([new Problem(line, column, "not valid UTF-8")], Problems(bytes));

    [Fact]
    public void A_line_that_ends_in_a_lone_carriage_return_is_refused() =>
        Assert.Equal((1, 5), Place("[a] \rb = 2\n"));

    [Fact]
    public void Tables_nested_without_end_are_refused_before_the_stack_is()
    {
        var problem = Problems(Encoding.UTF8.GetBytes("a = " + new string('[', 100_000) + "\n"))[0];

        Assert.Equal("nested too deeply", problem.Message);
    }

    [Fact]
    public void A_file_full_of_problems_is_cut_short()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"k{number} = 1\n"));

        Assert.Equal(1000, Problems(Encoding.UTF8.GetBytes(text)).Count);
    }

    [Fact]
    public void The_command_line_allows_wildcards_as_well_as_the_file()
    {
        var text = _text.Minimal.Replace("bind_addr = \"127.0.0.1\"", "bind_addr = \"::\"", StringComparison.Ordinal);

        Assert.Null(Read(text).Config);
        Assert.NotNull(Read(text, allowWildcardBind: true).Config);
        Assert.NotNull(Read("allow_wildcard_bind = true\n" + text).Config);
        Assert.NotNull(Read("allow_wildcard_bind = false\n" + text, allowWildcardBind: true).Config);
    }

    [Theory]
    [InlineData(1920, true)]
    [InlineData(1921, false)]
    public void Twice_the_connections_and_256_must_fit_under_the_descriptor_limit(int connections, bool fits) =>
        Assert.Equal(fits, Read($"max_connections = {connections}\n{_text.Minimal}").Config is not null);

    [Fact]
    public void A_listener_on_the_port_where_the_health_endpoints_still_run_is_refused()
    {
        var text = "health_check_port = 9901\n" + _text.Minimal.Replace("8443", "9900", StringComparison.Ordinal);
        var running = Read(_text.Minimal).Config;

        Assert.NotNull(Read(text).Config);
        Assert.Contains("until the restart", Assert.Single(Read(text, running: running).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_that_is_known_is_read()
    {
        var unread = ConfigKeys.ByTable
            .SelectMany(table => table.Value.Select(key => (Table: table.Key, Key: key)))
            .Where(known => !ReportsWrongKind(known.Table, known.Key))
            .Select(known => $"{known.Table}.{known.Key}");

        Assert.Empty(unread);
    }

    // No key takes a date.
    private static bool ReportsWrongKind(string table, string key)
    {
        var lines = table switch
        {
            ConfigKeys.TopLevel => $"{key} = 2026-01-01",
            ConfigKeys.Listeners => $"[[listeners]]\n{key} = 2026-01-01",
            ConfigKeys.Sites => $"[[listeners]]\n[[listeners.sites]]\n{key} = 2026-01-01",
            ConfigKeys.Tls when key.StartsWith("acme", StringComparison.Ordinal) =>
                $"[[listeners]]\n[listeners.tls]\nmode = \"acme\"\n{key} = 2026-01-01",
            ConfigKeys.Tls when key != "mode" => $"[[listeners]]\n[listeners.tls]\nmode = \"manual\"\n{key} = 2026-01-01",
            ConfigKeys.Tls => $"[[listeners]]\n[listeners.tls]\n{key} = 2026-01-01",
            _ => $"[{table}]\n{key} = 2026-01-01",
        };
        return Problems(Encoding.UTF8.GetBytes(lines)).Any(
            problem => problem.Message.StartsWith($"`{key}` must be", StringComparison.Ordinal)
                && problem.Message.EndsWith("not a date or time", StringComparison.Ordinal));
    }

    private static (int Line, int Column) Place(string text)
    {
        var problem = Problems(Encoding.UTF8.GetBytes(text))[0];
        return (problem.Line, problem.Column);
    }

    private static IReadOnlyList<Problem> Problems(byte[] bytes) =>
        new TomlReader(allowWildcardBind: false, hardDescriptorLimit: 4096).Read(bytes, running: null).Draft.Problems.ToSorted();

    private static (ProxyConfig? Config, IReadOnlyList<Problem> Problems) Read(
        string text, bool allowWildcardBind = false, ProxyConfig? running = null)
    {
        var (config, draft) = new TomlReader(allowWildcardBind, hardDescriptorLimit: 4096).Read(Encoding.UTF8.GetBytes(text), running);
        return (config, draft.Problems.ToSorted());
    }
}
