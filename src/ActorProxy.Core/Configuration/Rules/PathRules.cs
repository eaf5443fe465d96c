using System.Text;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary>What a path must look like before anybody touches the disk.</summary>
internal static class PathRules
{
    // sun_path holds 108 bytes with the final NUL (unix(7)).
    private const int LongestSocketPath = 107;

    /// <summary>Absolute, and nothing that a terminal or a C string would read differently.</summary>
    /// <returns>What is wrong, to be put behind the key; <c>null</c> when nothing is.</returns>
    public static string? Absolute(string path) =>
        path.Any(char.IsControl) ? "must not contain control characters"
        : !path.StartsWith('/') ? $"must be an absolute path, not \"{Printable.Of(path)}\""
        : null;

    /// <summary><see cref="Absolute"/>, and no way back up.</summary>
    public static string? WithoutParents(string path) =>
        Absolute(path) ?? (path.Split('/').Contains("..") ? "must not contain `..`" : null);

    /// <summary>A Unix socket's path below one of the base directories.</summary>
    public static string? Socket(string path, IReadOnlyCollection<string> baseDirs)
    {
        if (WithoutParents(path) is { } wrong)
        {
            return wrong;
        }

        if (Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
        {
            return $"must be at most {LongestSocketPath} bytes long";
        }

        return path[1..].Split('/').Any(part => part is "" or ".") ? "must not have an empty component or `.`"
            : !baseDirs.Any(directory => IsBelow(path, directory))
                ? $"must be below a directory of `admin.base_dirs` ({Printable.Of(string.Join(", ", baseDirs))})"
            : null;
    }

    /// <summary><c>/var/run</c> has been a link to <c>/run</c> for so long that both are the same by name already.</summary>
    public static string Normalized(string path) =>
        path == "/var/run" || path.StartsWith("/var/run/", StringComparison.Ordinal) ? path["/var".Length..] : path;

    private static bool IsBelow(string path, string directory) =>
        Normalized(path).StartsWith(Normalized(directory).TrimEnd('/') + "/", StringComparison.Ordinal);
}
