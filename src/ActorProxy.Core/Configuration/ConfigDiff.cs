using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration;

/// <summary>What one snapshot changes over another, as names.</summary>
public static class ConfigDiff
{
    private static readonly ImmutableArray<(string Key, Func<ProxyConfig, object?> Value)> Settings =
    [
        ("rate_limit.requests_per_second", config => config.RateLimit.RequestsPerSecond),
        ("rate_limit.burst", config => config.RateLimit.Burst),
        ("body.limit_bytes", config => config.Body.LimitBytes),
        ("allow_wildcard_bind", config => config.AllowWildcardBind),
        ("connection_idle_timeout_secs", config => config.ConnectionIdleTimeoutSecs),
        ("tls_handshake_timeout_secs", config => config.TlsHandshakeTimeoutSecs),
        ("max_connections", config => config.MaxConnections),
        ("max_connections_per_client", config => config.MaxConnectionsPerClient),
        ("logging.level", config => config.Logging.Level),
    ];

    private static readonly ImmutableArray<(string Key, Func<ProxyConfig, object?> Value)> RestartOnly =
    [
        ("health_check_port", config => config.HealthCheckPort),
        ("health_check_socket", config => config.HealthCheckSocket),
        ("metrics_on_tcp", config => config.MetricsOnTcp),
        ("admin_socket_path", config => config.AdminSocketPath),
        ("admin_key_path", config => config.AdminKeyPath),
        ("shutdown_timeout_secs", config => config.ShutdownTimeoutSecs),
        ("logging.format", config => config.Logging.Format),
        ("logging.log_file_path", config => config.Logging.LogFilePath),
        ("admin.socket_mode", config => config.Admin.SocketMode),
        ("admin.socket_group", config => config.Admin.SocketGroup),
        ("admin.admin_uids", config => Joined(config.Admin.AdminUids)),
        ("admin.admin_gids", config => Joined(config.Admin.AdminGids)),
        ("admin.viewer_uids", config => Joined(config.Admin.ViewerUids)),
        ("admin.viewer_gids", config => Joined(config.Admin.ViewerGids)),
        ("admin.base_dirs", config => Joined(config.Admin.BaseDirs)),
        ("admin.max_connections", config => config.Admin.MaxConnections),
        ("admin.read_timeout_secs", config => config.Admin.ReadTimeoutSecs),
        ("admin.max_command_bytes", config => config.Admin.MaxCommandBytes),
        ("admin.debug_commands", config => config.Admin.DebugCommands),
    ];

    /// <summary>The keys of settings that a reload applies.</summary>
    public static IEnumerable<string> ReloadableKeys => Settings.Select(setting => setting.Key);

    /// <summary>The keys that a reload only reports.</summary>
    public static IEnumerable<string> RestartOnlyKeys => RestartOnly.Select(setting => setting.Key);

    /// <summary>The changes from one snapshot to the next; everything is an addition when there was none.</summary>
    /// <param name="before">What is live.</param>
    /// <param name="after">What would be.</param>
    public static ConfigChanges Between(Snapshot? before, Snapshot after)
    {
        var (oldListeners, newListeners) = (Listeners(before), Listeners(after));
        var (oldSites, newSites) = (Sites(before), Sites(after));
        return new ConfigChanges
        {
            ListenersAdded = Names(newListeners, name => !oldListeners.ContainsKey(name)),
            ListenersRemoved = Names(oldListeners, name => !newListeners.ContainsKey(name)),
            ListenersChanged = Names(
                newListeners, name => oldListeners.TryGetValue(name, out var old) && !HasSameProperties(old, newListeners[name])),
            SitesAdded = Names(newSites, name => !oldSites.ContainsKey(name)),
            SitesRemoved = Names(oldSites, name => !newSites.ContainsKey(name)),
            SitesChanged = Names(newSites, name => oldSites.TryGetValue(name, out var old) && old != newSites[name]),
            CertificatesChanged = Names(
                newListeners, name => oldListeners.TryGetValue(name, out var old) && Certificate(before, old) != Certificate(after, newListeners[name])),
            SettingsChanged = before is null ? [] : Differing(Settings, before.Config, after.Config),
        };
    }

    /// <summary>The keys in which a file differs from what the process started with.</summary>
    /// <param name="running">What it started with; <c>null</c> at start.</param>
    /// <param name="file">What the file says.</param>
    public static ImmutableArray<string> NeedingRestart(ProxyConfig? running, ProxyConfig file) =>
        running is null ? [] : Differing(RestartOnly, running, file);

    private static ImmutableArray<string> Differing(
        ImmutableArray<(string Key, Func<ProxyConfig, object?> Value)> keys, ProxyConfig before, ProxyConfig after) =>
        [.. keys.Where(key => !Equals(key.Value(before), key.Value(after))).Select(key => key.Key)];

    // A listener is known by the address of its TLS socket, which is unique.
    private static Dictionary<string, Listener> Listeners(Snapshot? snapshot) =>
        snapshot?.Config.Listeners.ToDictionary(listener => listener.HttpsAddress.ToString()) ?? [];

    // A site is another one when it is reached through another exclusive listener, not when it only stands elsewhere in the file.
    private static Dictionary<string, (Site Site, ListenAddress? OnlyThrough)> Sites(Snapshot? snapshot)
    {
        var sites = new Dictionary<string, (Site Site, ListenAddress? OnlyThrough)>(StringComparer.Ordinal);
        foreach (var listener in snapshot?.Config.Listeners ?? [])
        {
            ListenAddress? onlyThrough = listener.Exclusive ? listener.HttpsAddress : null;
            foreach (var site in listener.Sites)
            {
                sites.Add(site.Host, (site, onlyThrough));
            }
        }

        return sites;
    }

    private static bool HasSameProperties(Listener before, Listener after) => before with { Sites = after.Sites } == after;

    private static string? Certificate(Snapshot? snapshot, Listener listener) =>
        snapshot?.Certificates.GetValueOrDefault(listener.HttpsAddress)?.Sha256;

    private static ImmutableArray<string> Names<T>(Dictionary<string, T> named, Func<string, bool> isMeant) => [.. named.Keys.Where(isMeant)];

    private static string Joined(ImmutableArray<string> values) => string.Join('\0', values);
}
