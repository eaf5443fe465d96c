namespace ActorProxy.Core.Linux;

/// <summary>What a socket's path says by its text alone; the disk is not touched.</summary>
internal static class SocketPath
{
    /// <summary>The entry that a path is below; the longest one when several fit.</summary>
    /// <param name="path">A path; <c>/var/run</c> at its beginning reads as <c>/run</c>.</param>
    /// <param name="baseDirs">The entries, read likewise.</param>
    /// <returns>The entry without a trailing slash, and the path below it; <c>null</c> when no entry fits.</returns>
    public static (string Base, string Below)? FindBase(string path, IEnumerable<string> baseDirs)
    {
        var canonical = Canonical(path);
        return baseDirs
            .Select(entry => Canonical(entry).TrimEnd('/'))
            .Where(entry => canonical.StartsWith(entry + "/", StringComparison.Ordinal))
            .OrderByDescending(entry => entry.Length)
            .Select(entry => ((string, string)?)(entry, canonical[(entry.Length + 1)..]))
            .FirstOrDefault();
    }

    /// <summary><c>/var/run/x</c> → <c>/run/x</c>: the one has been a link to the other for so long that both are the same by name.</summary>
    public static string Canonical(string path) =>
        path == "/var/run" || path.StartsWith("/var/run/", StringComparison.Ordinal) ? path["/var".Length..] : path;
}
