using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>Writes what answers are made of.</summary>
internal static class ReportWriter
{
    public static void Write(Utf8JsonWriter json, StatusReport report)
    {
        json.WriteNumber("uptime_secs", Seconds(report.Uptime));
        json.WriteNumber("sites", report.Sites);
        json.WriteNumber("revision", report.Revision);
        json.WriteString("version", report.Version);
        json.WriteBoolean("binary_replaced", report.BinaryReplaced);
        json.WriteString("config_sha256", report.ConfigSha256);
        json.WriteNumber("connections", report.Connections);
        WriteNames(json, "restart_required", report.RestartRequired);
        WriteNames(json, "drift", report.Drift);
        if (report.PendingConfirm is { } pending)
        {
            json.WriteStartObject("pending_confirm");
            json.WriteNumber("revision", pending.Revision);
            json.WriteNumber("seconds_left", (long)Math.Ceiling(pending.Left.TotalSeconds));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("pending_confirm");
        }

        json.WritePropertyName("last_reload");
        if (report.LastReload is { } last)
        {
            Write(json, last);
        }
        else
        {
            json.WriteNullValue();
        }

        WriteAll(json, "snapshots", report.Snapshots, Write);
    }

    public static void Write(Utf8JsonWriter json, SnapshotInUse snapshot)
    {
        json.WriteStartObject();
        json.WriteNumber("revision", snapshot.Revision);
        json.WriteNumber("requests", snapshot.Requests);
        json.WriteNumber("oldest_secs", snapshot.OldestSecs);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, SiteReport site)
    {
        json.WriteStartObject();
        json.WriteString("host", site.Host);
        json.WriteString("upstream", site.Upstream);
        json.WriteString("scheme", site.Scheme);
        json.WriteNumber("requests", site.Requests);
        json.WriteNumber("errors", site.Errors);
        json.WriteNumber("in_flight", site.InFlight);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, HistoryEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("time", Time(entry.Time));
        json.WriteString("trigger", SnakeCase.Of(entry.Trigger));
        json.WriteNumber("requesters", entry.Requesters);
        if (entry.Peer is { } peer)
        {
            json.WriteStartObject("peer");
            json.WriteNumber("pid", peer.Pid);
            json.WriteNumber("uid", peer.Uid);
            json.WriteNumber("gid", peer.Gid);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("peer");
        }

        json.WriteString("sha256", entry.Sha256);
        json.WriteString("outcome", SnakeCase.Of(entry.Outcome));
        json.WriteNumber("revision", entry.Revision);
        json.WriteString("error_id", entry.ErrorId);
        json.WriteNumber("duration_ms", (long)entry.Duration.TotalMilliseconds);
        Write(json, entry.Changes);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ActorReport actor)
    {
        json.WriteStartObject();
        json.WriteString("path", actor.Path);
        json.WriteString("state", actor.State);
        json.WriteNumber("restarts", actor.Restarts);
        if (actor.LastFailure is { } failure)
        {
            json.WriteStartObject("last_failure");
            json.WriteString("time", Time(failure.Time));
            json.WriteString("kind", failure.Kind);
            json.WriteString("error_id", failure.ErrorId);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("last_failure");
        }

        json.WriteNumber("uptime_secs", Seconds(actor.Uptime));
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, CommandDefinition command)
    {
        json.WriteStartObject();
        json.WriteString("name", command.Name);
        json.WriteString("role", SnakeCase.Of(command.Role));
        json.WriteString("help", command.Arguments.Length == 0 ? command.Help : $"{command.Syntax}: {command.Help}");
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ConfigChanges changes)
    {
        json.WriteStartObject("changes");
        WriteNames(json, "listeners_added", changes.ListenersAdded);
        WriteNames(json, "listeners_removed", changes.ListenersRemoved);
        WriteNames(json, "listeners_changed", changes.ListenersChanged);
        WriteNames(json, "sites_added", changes.SitesAdded);
        WriteNames(json, "sites_removed", changes.SitesRemoved);
        WriteNames(json, "sites_changed", changes.SitesChanged);
        WriteNames(json, "certificates_changed", changes.CertificatesChanged);
        WriteNames(json, "settings_changed", changes.SettingsChanged);
        WriteNames(json, "restart_required", changes.RestartRequired);
        json.WriteEndObject();
    }

    public static void WriteNames(Utf8JsonWriter json, string property, ImmutableArray<string> names)
    {
        json.WriteStartArray(property);
        foreach (var name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    public static void WriteAll<T>(Utf8JsonWriter json, string property, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(property);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
