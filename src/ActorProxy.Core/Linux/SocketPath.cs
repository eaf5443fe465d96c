using System.Text;

namespace ActorProxy.Core.Linux;

/// <summary>What can be said of a socket's path by its text alone; the disk is not touched.</summary>
public static class SocketPath
{
    // sockaddr_un has 108 bytes, the last one a NUL (unix(7)).
    private const int LongestBytes = 107;

    /// <summary>Says what is wrong with a path.</summary>
    /// <param name="path">The path as configured.</param>
    /// <param name="baseDirs">Directories below which it may live.</param>
    /// <returns>What to change, as the end of a sentence; <c>null</c> when nothing is.</returns>
    public static string? Problem(string path, IEnumerable<string> baseDirs)
    {
        if (!path.StartsWith('/'))
        {
            return "must be an absolute path";
        }

        if (path.Any(char.IsControl))
        {
            return "must not contain control characters";
        }

        if (Encoding.UTF8.GetByteCount(path) > LongestBytes)
        {
            return $"must be at most {LongestBytes} bytes long";
        }

        if (!path.EndsWith(".sock", StringComparison.Ordinal) && !path.EndsWith(".socket", StringComparison.Ordinal))
        {
            return "must end in .sock or .socket";
        }

        var components = path[1..].Split('/');
        if (components.Contains(".."))
        {
            return "must not contain ..";
        }

        if (components.Any(component => component is "" or "."))
        {
            return "must not contain empty components";
        }

        var dirs = baseDirs.ToList();
        return FindBase(path, dirs) is null ? $"must be below one of admin.base_dirs ({string.Join(", ", dirs)})" : null;
    }

    /// <summary>The entry that a path is below; the longest one when several fit.</summary>
    /// <param name="path">A path; <c>/var/run</c> at its beginning reads as <c>/run</c>.</param>
    /// <param name="baseDirs">The entries, read likewise.</param>
    /// <returns>The entry without a trailing slash, and the path below it; <c>null</c> when no entry fits.</returns>
    internal static (string Base, string Below)? FindBase(string path, IEnumerable<string> baseDirs)
    {
        var canonical = Canonical(path);
        return baseDirs
            .Select(entry => Canonical(entry).TrimEnd('/'))
            .Where(entry => canonical.StartsWith(entry + "/", StringComparison.Ordinal))
            .OrderByDescending(entry => entry.Length)
            .Select(entry => ((string, string)?)(entry, canonical[(entry.Length + 1)..]))
            .FirstOrDefault();
    }

    internal static string Canonical(string path) =>
        path == "/var/run" || path.StartsWith("/var/run/", StringComparison.Ordinal) ? path[4..] : path;
}
