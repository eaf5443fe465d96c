using System.Collections.Immutable;
using System.Globalization;
using ActorProxy.Core.Configuration.Toml;
using ActorProxy.Core.Linux;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary><c>[admin]</c>, and the text of the paths that belong to administration.</summary>
internal static class AdminRules
{
    private const uint OverflowId = 65534;

    public static Admin Read(Fields root, ConfigDraft draft)
    {
        if (root.Table(ConfigKeys.Admin) is not { } table)
        {
            return new Admin();
        }

        var fields = new Fields(table, ConfigKeys.Admin, draft.Problems);
        return new Admin
        {
            SocketMode = fields.Choice("socket_mode", 0x180, ("0600", 0x180), ("0660", 0x1b0)),
            SocketGroup = ReadGroup(fields),
            AdminUids = ReadNames(fields, "admin_uids", "user", AccountNames.FindUid, draft),
            AdminGids = ReadNames(fields, "admin_gids", "group", AccountNames.FindGid, draft),
            ViewerUids = ReadNames(fields, "viewer_uids", "user", AccountNames.FindUid, draft),
            ViewerGids = ReadNames(fields, "viewer_gids", "group", AccountNames.FindGid, draft),
            BaseDirs = ReadBaseDirs(fields, draft),
            MaxConnections = fields.Integer("max_connections", 10, 3, 1000),
            ReadTimeoutSecs = fields.Integer("read_timeout_secs", 5, 1, LimitRules.MostSeconds),
            MaxCommandBytes = fields.Integer("max_command_bytes", 4096, 16, 1024 * 1024),
            DebugCommands = fields.Flag("debug_commands", false),
        };
    }

    public static string ReadSocketPath(Fields root, Admin admin)
    {
        if (!root.TryText("admin_socket_path", out var path))
        {
            path = "/run/actor-proxy/admin.sock";
        }

        if (path.Length == 0)
        {
            return path;
        }

        if (PathRules.Socket(path, admin) is { } wrong)
        {
            root.Problem("admin_socket_path", $"`admin_socket_path` {wrong}");
        }

        return path;
    }

    private static string? ReadGroup(Fields fields)
    {
        if (!fields.TryText("socket_group", out var group))
        {
            return null;
        }

        if (Find(group, AccountNames.FindGid) is null)
        {
            fields.Problem("socket_group", $"`socket_group` names an unknown group: \"{Printable.Of(group)}\"");
        }

        return group;
    }

    private static ImmutableArray<string> ReadNames(Fields fields, string key, string what, Func<string, uint?> find, ConfigDraft draft)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var item in fields.Items(key, $"an array of {what} names or numbers", TomlKind.Text, TomlKind.Integer))
        {
            var name = item.Kind == TomlKind.Text ? item.Text : item.Integer.ToString(CultureInfo.InvariantCulture);
            switch (Find(name, find))
            {
                case null:
                    draft.Problems.Add(item.At, $"`{key}` names an unknown {what}: \"{Printable.Of(name)}\"");
                    break;
                case OverflowId:
                    draft.Warnings.Add(item.At, $"`{key}` has {OverflowId}, which stands for whoever the kernel can't name and never matches");
                    names.Add(name);
                    break;
                default:
                    names.Add(name);
                    break;
            }
        }

        return names.ToImmutable();
    }

    // A NUL would end the name early for the C library.
    private static uint? Find(string name, Func<string, uint?> find) => name.Any(char.IsControl) ? null : find(name);

    /// <returns>Empty when wrong: then no path is measured by them.</returns>
    private static ImmutableArray<string> ReadBaseDirs(Fields fields, ConfigDraft draft)
    {
        if (!fields.Has("base_dirs"))
        {
            return new Admin().BaseDirs;
        }

        var directories = fields.Items("base_dirs", "an array of directories", TomlKind.Text).ToList();
        if (directories.Count == 0)
        {
            fields.Problem("base_dirs", "`base_dirs` must name a directory at least");
            return [];
        }

        var isWrong = false;
        foreach (var directory in directories)
        {
            if (PathRules.WithoutParents(directory.Text) is { } wrong)
            {
                draft.Problems.Add(directory.At, $"`base_dirs` {wrong}");
                isWrong = true;
            }
        }

        return isWrong ? [] : [.. directories.Select(directory => PathRules.Normalized(directory.Text))];
    }
}
