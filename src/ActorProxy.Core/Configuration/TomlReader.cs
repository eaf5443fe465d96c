using System.Text;
using System.Text.Unicode;
using ActorProxy.Core.Configuration.Rules;
using ActorProxy.Core.Configuration.Toml;

namespace ActorProxy.Core.Configuration;

/// <summary>
/// The bytes of a file → a configuration, or every problem with line and column. Beside the text it looks at the
/// machine's accounts, for names in <c>[admin]</c>, and at the admin key's file; certificates are read elsewhere.
/// </summary>
internal sealed class TomlReader(bool allowWildcardBind, ulong hardDescriptorLimit)
{
    /// <param name="bytes">UTF-8; a byte order mark is skipped; lines may end in LF or CRLF.</param>
    /// <param name="running">What the process started with, whose health port may still be bound; <c>null</c> at start.</param>
    /// <returns>The configuration is <c>null</c> when there are problems.</returns>
    public (ProxyConfig? Config, ConfigDraft Draft) Read(ReadOnlySpan<byte> bytes, ProxyConfig? running)
    {
        var draft = new ConfigDraft(allowWildcardBind);
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        if (!Utf8.IsValid(bytes))
        {
            draft.Problems.AddSyntax(FirstInvalid(bytes), "not valid UTF-8");
            return (null, draft);
        }

        var root = new Fields(TomlDocument.Parse(Encoding.UTF8.GetString(bytes), draft.Problems), ConfigKeys.TopLevel, draft.Problems);
        var config = ReadAll(root, draft);
        CheckWhole(config, root, draft, running);
        return (draft.Problems.IsEmpty ? config : null, draft);
    }

    private static ProxyConfig ReadAll(Fields root, ConfigDraft draft)
    {
        var isWildcardAllowed = root.Flag("allow_wildcard_bind", false);
        draft.AllowWildcardBind |= isWildcardAllowed;
        var admin = AdminRules.Read(root, draft);
        var adminSocketPath = AdminRules.ReadSocketPath(root, admin);
        var healthPort = root.Integer("health_check_port", 9900, 0, 65535);
        var healthSocket = ManagementRules.ReadHealthSocket(root, admin, adminSocketPath);
        var maxConnections = root.Integer("max_connections", 1024, 1, int.MaxValue);
        return new ProxyConfig
        {
            Listeners = ListenerRules.Read(root, draft),
            RateLimit = LimitRules.ReadRateLimit(root, draft),
            Body = LimitRules.ReadBody(root, draft),
            Logging = LoggingRules.Read(root, draft),
            AllowWildcardBind = isWildcardAllowed,
            ConnectionIdleTimeoutSecs = root.Integer("connection_idle_timeout_secs", 60, 1, LimitRules.MostSeconds),
            TlsHandshakeTimeoutSecs = root.Integer("tls_handshake_timeout_secs", 10, 1, LimitRules.MostSeconds),
            MaxConnections = maxConnections,
            MaxConnectionsPerClient = root.Integer(
                "max_connections_per_client", LimitRules.DefaultPerClient(maxConnections), 0, int.MaxValue),
            HealthCheckPort = healthPort,
            HealthCheckSocket = healthSocket,
            MetricsOnTcp = root.Flag("metrics_on_tcp", true),
            AdminSocketPath = adminSocketPath,
            AdminKeyPath = ManagementRules.ReadAdminKeyPath(root, healthPort, healthSocket),
            ShutdownTimeoutSecs = root.Integer("shutdown_timeout_secs", 30, 0, LimitRules.MostSeconds),
            Admin = admin,
        };
    }

    private void CheckWhole(ProxyConfig config, Fields root, ConfigDraft draft, ProxyConfig? running)
    {
        AddressRules.CheckOverlaps(draft);
        if (config.HealthAddress is { } health)
        {
            AddressRules.CheckHealthPort(draft, health, "`health_check_port` has it");
        }

        if (running?.HealthAddress is { } bound && bound != config.HealthAddress)
        {
            AddressRules.CheckHealthPort(draft, bound, "the health endpoints have it until the restart that their change needs");
        }

        LoopRules.Check(draft, config.HealthAddress);
        AddressRules.WarnOfShared(draft, config.Listeners);
        LimitRules.CheckDescriptors(root, config.MaxConnections, hardDescriptorLimit);
    }

    private static Position FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var (line, column) = (1, 1);
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            bytes = bytes[consumed..];
        }

        return new Position(line, column);
    }
}
