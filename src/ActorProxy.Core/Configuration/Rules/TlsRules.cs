using System.Collections.Immutable;
using ActorProxy.Core.Configuration.Toml;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary><c>[listeners.tls]</c>. The files behind the paths are the certificate loader's.</summary>
internal static class TlsRules
{
    private static readonly string[] ManualKeys = ["cert_path", "key_path"];
    private static readonly string[] AcmeKeys = ["acme_domains", "acme_contact", "acme_directory", "acme_cache_dir"];

    /// <returns><c>null</c> when the mode can't be read or what it needs is missing.</returns>
    public static ListenerTls? Read(Fields listener, ListenAddress address, ConfigDraft draft)
    {
        listener.RequireTable("tls");
        if (listener.Table("tls") is not { } table)
        {
            return null;
        }

        var fields = new Fields(table, ConfigKeys.Tls, draft.Problems);
        fields.Require("mode");
        switch (fields.Choice("mode", "", ("manual", "manual"), ("acme", "acme")))
        {
            case "manual":
                RefuseKeysOf(fields, "manual", AcmeKeys);
                return ReadManual(fields, address, draft);
            case "acme":
                RefuseKeysOf(fields, "acme", ManualKeys);
                return ReadAcme(fields, draft);
            default:
                return null;
        }
    }

    // A key that is accepted must act.
    private static void RefuseKeysOf(Fields fields, string mode, string[] keys)
    {
        foreach (var key in keys.Where(fields.Has))
        {
            fields.Problem(key, $"`{key}` has no meaning with `mode = \"{mode}\"`");
        }
    }

    private static ListenerTls.Manual? ReadManual(Fields fields, ListenAddress address, ConfigDraft draft)
    {
        var certPath = ReadPath(fields, "cert_path");
        var keyPath = ReadPath(fields, "key_path");
        if (certPath is null || keyPath is null)
        {
            return null;
        }

        var files = new ListenerTls.Manual(certPath, keyPath);
        draft.Certificates.Add(new LocatedCertificate(address, files, fields.PositionOf("cert_path"), fields.PositionOf("key_path")));
        return files;
    }

    private static string? ReadPath(Fields fields, string key)
    {
        if (!fields.TryRequiredText(key, out var path))
        {
            return null;
        }

        if (PathRules.Absolute(path) is { } wrong)
        {
            fields.Problem(key, $"`{key}` {wrong}");
            return null;
        }

        return path;
    }

    private static ListenerTls.Acme ReadAcme(Fields fields, ConfigDraft draft)
    {
        var acme = new ListenerTls.Acme
        {
            AcmeDomains = ReadDomains(fields, draft),
            AcmeContact = ReadContact(fields),
            AcmeDirectory = ReadDirectory(fields),
            AcmeCacheDir = ReadCacheDir(fields),
        };
        fields.Problem("mode", "`mode = \"acme\"` is not supported by this version yet: use \"manual\"");
        return acme;
    }

    private static ImmutableArray<string> ReadDomains(Fields fields, ConfigDraft draft)
    {
        fields.Require("acme_domains");
        var items = fields.Items("acme_domains", "an array of host names", TomlKind.Text).ToList();
        if (fields.Has("acme_domains") && items.Count == 0)
        {
            fields.Problem("acme_domains", "`acme_domains` must not be empty");
        }

        var domains = ImmutableArray.CreateBuilder<string>();
        foreach (var item in items)
        {
            if (HostRules.TryRead(item.Text, out var host, out var wrong))
            {
                domains.Add(host);
            }
            else
            {
                draft.Problems.Add(item.At, $"`acme_domains` {wrong}");
            }
        }

        return domains.ToImmutable();
    }

    private static string ReadContact(Fields fields)
    {
        if (!fields.TryRequiredText("acme_contact", out var contact))
        {
            return "";
        }

        var address = contact.StartsWith("mailto:", StringComparison.Ordinal) ? contact["mailto:".Length..] : "";
        var at = address.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at == address.Length - 1 || address.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            fields.Problem("acme_contact", $"`acme_contact` must be `mailto:` and an address with an `@`, not \"{Printable.Of(contact)}\"");
        }

        return contact;
    }

    private static string ReadDirectory(Fields fields)
    {
        if (!fields.TryText("acme_directory", out var directory))
        {
            return "production";
        }

        var isUrl = directory.StartsWith("https://", StringComparison.Ordinal)
            && Uri.TryCreate(directory, UriKind.Absolute, out var url)
            && url.Host.Length > 0;
        if (directory is not ("production" or "staging") && !isUrl)
        {
            fields.Problem("acme_directory", $"`acme_directory` must be \"production\", \"staging\" or an https:// URL, not \"{Printable.Of(directory)}\"");
        }

        return directory;
    }

    private static string ReadCacheDir(Fields fields)
    {
        if (!fields.TryText("acme_cache_dir", out var path))
        {
            return "/var/lib/actor-proxy/acme";
        }

        if (PathRules.Absolute(path) is { } wrong)
        {
            fields.Problem("acme_cache_dir", $"`acme_cache_dir` {wrong}");
        }

        return path;
    }
}
