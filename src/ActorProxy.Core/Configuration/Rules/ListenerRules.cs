using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration.Toml;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary><c>[[listeners]]</c>.</summary>
internal static class ListenerRules
{
    public static ImmutableArray<Listener> Read(Fields root, ConfigDraft draft)
    {
        var tables = root.Tables("listeners").ToList();
        if (tables.Count == 0 && !draft.Problems.HidesKeys && !root.HasWrongKind("listeners"))
        {
            root.Problem("listeners", "no `[[listeners]]`: there is nothing to serve");
        }

        return [.. tables.Select(table => ReadOne(table, draft)).OfType<Listener>()];
    }

    /// <summary>Four decimal numbers: the older spellings that inet_aton(3) takes (`127.1`, `010.0.0.1`) mean different things to different people.</summary>
    public static bool IsIPv4(string text) =>
        IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetwork
        && address.ToString() == text;

    private static Listener? ReadOne(TomlTable table, ConfigDraft draft)
    {
        var fields = new Fields(table, ConfigKeys.Listeners, draft.Problems);
        var hasAddress = TryReadAddress(fields, draft, out var address);
        var httpPort = fields.Integer("http_port", 80, 0, 65535);
        var httpsPort = fields.Integer("https_port", 443, 1, 65535);
        var tls = TlsRules.Read(fields, new ListenAddress(address ?? IPAddress.None, httpsPort), draft);
        var sites = fields.Tables("sites").Select(site => SiteRules.Read(site, draft)).OfType<Site>().ToImmutableArray();
        var listener = new Listener
        {
            BindAddr = address ?? IPAddress.None,
            HttpPort = httpPort,
            HttpsPort = httpsPort,
            Exclusive = fields.Flag("exclusive", false),
            Tls = tls ?? new ListenerTls.Manual("", ""),
            Sites = sites,
        };
        if (!hasAddress)
        {
            return null;
        }

        Gather(listener, fields, draft);
        return tls is null ? null : listener;
    }

    private static bool TryReadAddress(Fields fields, ConfigDraft draft, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (!fields.TryRequiredText("bind_addr", out var text))
        {
            return false;
        }

        if (!IPAddress.TryParse(text, out address) || !(IsIPv4(text) || (text.Contains(':') && !text.Contains('['))))
        {
            fields.Problem("bind_addr", $"`bind_addr` must be an IP address, not \"{Printable.Of(text)}\"");
            address = null;
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            fields.Problem("bind_addr", $"`bind_addr` must be written as the IPv4 address that it is: {address.MapToIPv4()}");
            return false;
        }

        if (new ListenAddress(address, 0).IsWildcard && !draft.AllowWildcardBind)
        {
            fields.Problem("bind_addr", $"`bind_addr` {text} stands for every address: allow it by `allow_wildcard_bind = true` or --allow-wildcard-bind");
        }

        return true;
    }

    private static void Gather(Listener listener, Fields fields, ConfigDraft draft)
    {
        var bindAt = fields.PositionOf("bind_addr");
        var httpsAt = fields.Has("https_port") ? fields.PositionOf("https_port") : bindAt;
        if (listener.HttpPort == listener.HttpsPort)
        {
            draft.Problems.Add(httpsAt, $"`https_port` must differ from `http_port`, both are {listener.HttpsPort}");
        }
        else if (listener.HttpAddress is { } redirect)
        {
            draft.Addresses.Add(new LocatedAddress(redirect, fields.Has("http_port") ? fields.PositionOf("http_port") : bindAt));
        }

        draft.Addresses.Add(new LocatedAddress(listener.HttpsAddress, httpsAt));
        if (!listener.Sites.IsEmpty)
        {
            draft.ListenersWithSites.Add(new LocatedListener(listener, bindAt));
        }
    }
}
