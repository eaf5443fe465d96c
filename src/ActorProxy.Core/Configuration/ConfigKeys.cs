using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration;

/// <summary>Every key there is, by the table that holds it.</summary>
internal static class ConfigKeys
{
    public const string TopLevel = "";
    public const string Listeners = "listeners";
    public const string Tls = "listeners.tls";
    public const string Sites = "listeners.sites";
    public const string RateLimit = "rate_limit";
    public const string Body = "body";
    public const string Logging = "logging";
    public const string Admin = "admin";

    // Typing errors that still look like the same word.
    private const int Slips = 2;

    private static readonly ImmutableArray<(string Table, ImmutableArray<string> Keys)> Tables =
    [
        (TopLevel,
        [
            "listeners", "rate_limit", "body", "logging", "admin",
            "allow_wildcard_bind", "connection_idle_timeout_secs", "tls_handshake_timeout_secs", "max_connections",
            "max_connections_per_client", "health_check_port", "health_check_socket", "metrics_on_tcp", "admin_socket_path",
            "admin_key_path", "shutdown_timeout_secs",
        ]),
        (Listeners, ["bind_addr", "http_port", "https_port", "exclusive", "tls", "sites"]),
        (Tls, ["mode", "cert_path", "key_path", "acme_domains", "acme_contact", "acme_directory", "acme_cache_dir"]),
        (Sites,
        [
            "host", "upstream", "upstream_scheme", "upstream_http_version", "upstream_connect_timeout_secs",
            "upstream_request_timeout_secs", "upstream_stream_idle_timeout_secs",
        ]),
        (RateLimit, ["requests_per_second", "burst"]),
        (Body, ["limit_bytes"]),
        (Logging, ["level", "format", "log_file_path"]),
        (Admin,
        [
            "socket_mode", "socket_group", "admin_uids", "admin_gids", "viewer_uids", "viewer_gids", "base_dirs", "max_connections",
            "read_timeout_secs", "max_command_bytes", "debug_commands",
        ]),
    ];

    /// <summary>Table → its keys. The tables below one are keys of it.</summary>
    public static FrozenDictionary<string, ImmutableArray<string>> ByTable { get; } =
        Tables.ToFrozenDictionary(table => table.Table, table => table.Keys, StringComparer.Ordinal);

    /// <summary>The sentence for a key that a table does not have: which one may be meant, here or in another table.</summary>
    public static string Unknown(string table, string key)
    {
        var shown = Printable.Of(key);
        var (nearest, distance) = Nearest(key, ByTable[table]);
        if (distance <= Slips)
        {
            return $"unknown key `{shown}`, did you mean `{nearest}`?";
        }

        var (home, elsewhere, away) = Tables
            .Select(other => (other.Table, Nearest: Nearest(key, other.Keys)))
            .Select(other => (other.Table, other.Nearest.Key, other.Nearest.Distance))
            .MinBy(other => other.Distance);
        var place = home.Length == 0 ? "at the top, before the first table" : $"in `{home}`";
        return away == 0 ? $"unknown key `{shown}` here: it belongs {place}"
            : away <= Slips ? $"unknown key `{shown}`, did you mean `{elsewhere}` {place}?"
            : distance <= nearest.Length / 2 ? $"unknown key `{shown}`, did you mean `{nearest}`?"
            : $"unknown key `{shown}`: the nearest known key is `{nearest}`";
    }

    private static (string Key, int Distance) Nearest(string key, ImmutableArray<string> known)
    {
        var shown = key.Length <= 64 ? key : key[..64];
        var (nearest, least) = (known[0], int.MaxValue);
        foreach (var candidate in known.Where(candidate => Math.Abs(candidate.Length - shown.Length) < least))
        {
            var distance = Distance(shown, candidate);
            (nearest, least) = distance < least ? (candidate, distance) : (nearest, least);
        }

        return (nearest, least);
    }

    // Damerau-Levenshtein over adjacent swaps: how many slips of the keyboard lie between two names.
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Step(rows, left, right, i, j);
            }
        }

        return rows[left.Length, right.Length];
    }

    private static int Step(int[,] rows, string left, string right, int i, int j)
    {
        var best = Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1;
        best = Math.Min(best, rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
        var isSwap = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return isSwap ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
    }
}
