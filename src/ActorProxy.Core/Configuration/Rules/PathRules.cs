using ActorProxy.Core.Linux;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary>What a path must look like before anybody touches the disk.</summary>
internal static class PathRules
{
    /// <summary>Absolute, and nothing that a terminal or a C string would read differently.</summary>
    /// <returns>What is wrong, to be put behind the key; <c>null</c> when nothing is.</returns>
    public static string? Absolute(string path) =>
        path.Any(char.IsControl) ? "must not contain control characters"
        : !path.StartsWith('/') ? $"must be an absolute path, not \"{Printable.Of(path)}\""
        : null;

    /// <summary><see cref="Absolute"/>, and no way back up.</summary>
    public static string? WithoutParents(string path) =>
        Absolute(path) ?? (path.Split('/').Contains("..") ? "must not contain `..`" : null);

    /// <summary>A Unix socket's path. Where the base directories themselves are wrong, it is not measured by them.</summary>
    public static string? Socket(string path, Admin admin)
    {
        IEnumerable<string> anywhere = ["/"];
        return SocketPath.Problem(path, admin.BaseDirs.IsEmpty ? anywhere : admin.BaseDirs) is { } wrong
            ? $"{wrong}, not \"{Printable.Of(path)}\""
            : null;
    }

    /// <summary><c>/var/run</c> has been a link to <c>/run</c> for so long that both are the same by name already.</summary>
    public static string Normalized(string path) => SocketPath.Canonical(path);
}
