using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration.Toml;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary><c>[[listeners.sites]]</c>.</summary>
internal static class SiteRules
{
    /// <returns><c>null</c> when host or upstream can't be read.</returns>
    public static Site? Read(TomlTable table, ConfigDraft draft)
    {
        var fields = new Fields(table, ConfigKeys.Sites, draft.Problems);
        var host = ReadHost(fields, draft);
        var upstream = ReadUpstream(fields, draft);
        var site = new Site
        {
            Host = host ?? "",
            Upstream = upstream ?? new UpstreamAddress("", 0),
            UpstreamScheme = fields.Choice(
                "upstream_scheme", UpstreamScheme.Http, ("http", UpstreamScheme.Http), ("https", UpstreamScheme.Https)),
            UpstreamHttpVersion = fields.Choice(
                "upstream_http_version", UpstreamHttpVersion.Http11, ("1.1", UpstreamHttpVersion.Http11), ("2", UpstreamHttpVersion.Http2)),
            UpstreamConnectTimeoutSecs = fields.Integer("upstream_connect_timeout_secs", 5, 1, LimitRules.MostSeconds),
            UpstreamRequestTimeoutSecs = fields.Integer("upstream_request_timeout_secs", 60, 1, LimitRules.MostSeconds),
            UpstreamStreamIdleTimeoutSecs = fields.Integer("upstream_stream_idle_timeout_secs", 600, 0, LimitRules.MostSeconds),
        };
        return host is null || upstream is null ? null : site;
    }

    private static string? ReadHost(Fields fields, ConfigDraft draft)
    {
        if (!fields.TryRequiredText("host", out var text))
        {
            return null;
        }

        if (!HostRules.TryRead(text, out var host, out var wrong))
        {
            fields.Problem("host", $"`host` {wrong}");
            return null;
        }

        var at = fields.PositionOf("host");
        if (!draft.Hosts.TryAdd(host, at))
        {
            draft.Problems.Add(at, $"duplicate host `{host}`: line {draft.Hosts[host].Line} has it; hosts are unique over all listeners");
        }

        return host;
    }

    private static UpstreamAddress? ReadUpstream(Fields fields, ConfigDraft draft)
    {
        if (!fields.TryRequiredText("upstream", out var text))
        {
            return null;
        }

        if (!TryReadUpstream(text, out var upstream, out var wrong))
        {
            fields.Problem("upstream", $"`upstream` {wrong}: \"{Printable.Of(text)}\"");
            return null;
        }

        draft.Upstreams.Add(new LocatedUpstream(upstream, fields.PositionOf("upstream")));
        return upstream;
    }

    private static bool TryReadUpstream(string text, [NotNullWhen(true)] out UpstreamAddress? upstream, [NotNullWhen(false)] out string? wrong)
    {
        upstream = null;
        wrong = null;
        if (text.Contains("://", StringComparison.Ordinal))
        {
            wrong = "must be `host:port` without a scheme (that is `upstream_scheme`)";
            return false;
        }

        var colon = text.LastIndexOf(':');
        var isBracketed = text.StartsWith('[') && colon > 0 && text[colon - 1] == ']';
        if (colon < 0 || (text.StartsWith('[') && !isBracketed))
        {
            wrong = "must be `host:port`";
            return false;
        }

        var host = isBracketed ? text[1..(colon - 1)] : text[..colon];
        var isPort = ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;
        wrong = WrongHost(host, isBracketed) ?? (isPort ? null : "must end in a port between 1 and 65535");
        upstream = wrong is null ? new UpstreamAddress(host, port) : null;
        return upstream is not null;
    }

    private static string? WrongHost(string host, bool isBracketed)
    {
        if (isBracketed)
        {
            return IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !host.Contains('%')
                ? null
                : "must have an IPv6 address without a zone in the brackets";
        }

        return host.Contains(':') ? "must have an IPv6 address in brackets, as `[::1]:3000`"
            : ListenerRules.IsIPv4(host) || HostRules.TryRead(host, out _, out _) ? null
            : "must name a host or an IP address before the port";
    }
}
