using ActorProxy.Core.Linux;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary>The health endpoints and the HTTP admin API beside them.</summary>
internal static class ManagementRules
{
    public static string ReadHealthSocket(Fields root, Admin admin, string adminSocketPath)
    {
        if (!root.TryText("health_check_socket", out var path) || path.Length == 0)
        {
            return "";
        }

        var wrong = PathRules.Socket(path, admin)
            ?? (adminSocketPath.Length > 0 && (path == adminSocketPath || path == adminSocketPath + ".lock")
                ? "must differ from `admin_socket_path` and its lock file"
                : null);
        if (wrong is not null)
        {
            root.Problem("health_check_socket", $"`health_check_socket` {wrong}");
        }

        return path;
    }

    public static string ReadAdminKeyPath(Fields root, int healthPort, string healthSocket)
    {
        if (!root.TryText("admin_key_path", out var path) || path.Length == 0)
        {
            return "";
        }

        if (PathRules.WithoutParents(path) is { } wrong)
        {
            root.Problem("admin_key_path", $"`admin_key_path` {wrong}");
        }
        else if (healthPort == 0 && healthSocket.Length == 0)
        {
            root.Problem("admin_key_path", "`admin_key_path` needs the health endpoints, which `health_check_port = 0` disables");
        }
        else if (FileProblem(path) is { } unusable)
        {
            root.Problem("admin_key_path", $"`admin_key_path` \"{Printable.Of(path)}\": {unusable}");
        }

        return path;
    }

    private static string? FileProblem(string path)
    {
        try
        {
            _ = SecretFile.Read(path);
            return null;
        }
        catch (IOException unusable)
        {
            return unusable is LinuxException linux ? linux.Reason : unusable.Message;
        }
    }
}
