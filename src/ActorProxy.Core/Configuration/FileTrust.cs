using System.Collections.Immutable;
using ActorProxy.Core.Linux;

namespace ActorProxy.Core.Configuration;

/// <summary>Whether others than root and ourselves decide what a file says.</summary>
internal static class FileTrust
{
    // As the kernel's own bound (path_resolution(7)).
    private const int MostLinks = 40;

    /// <summary>What is wrong with the opened file; <c>null</c> when nothing is.</summary>
    public static string? WrongOwnerOrMode(FileStatus status) =>
        status.IsWorldWritable ? $"is writable by everybody (mode {Octal(status.Mode)}): chmod o-w"
        : CurrentUser.IsRoot && !IsTrusted(status.Uid) ? $"belongs to uid {status.Uid}, who could make root do anything: chown root"
        : null;

    /// <summary>What is doubtful about it.</summary>
    public static ImmutableArray<string> Warnings(FileStatus status)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (status.IsGroupWritable)
        {
            warnings.Add($"is writable by its group, gid {status.Gid} (mode {Octal(status.Mode)})");
        }

        if (!IsTrusted(status.Uid))
        {
            warnings.Add($"belongs to uid {status.Uid}, neither root nor the proxy's user ({CurrentUser.Uid})");
        }

        return warnings.ToImmutable();
    }

    /// <summary>
    /// Walks the path as the kernel does: whatever stands in a directory that everybody may write to, link, directory or file, can be
    /// exchanged by anybody, unless the directory is sticky and the thing is root's or ours.
    /// </summary>
    /// <returns>What is wrong; <c>null</c> when nothing is, or when the path ends before its last component.</returns>
    /// <exception cref="LinuxException">The kernel refused to look.</exception>
    public static string? WrongOnTheWay(string path)
    {
        var ahead = new Stack<string>();
        Push(ahead, path);
        var directory = "/";
        for (var links = 0; ahead.TryPop(out var component);)
        {
            if (component == "..")
            {
                directory = Path.GetDirectoryName(directory) ?? "/";
                continue;
            }

            var here = Path.Combine(directory, component);
            if (FileStatus.AtPath(directory) is not { } parent || FileStatus.AtPath(here) is not { } status)
            {
                return null;
            }

            if (parent.IsWorldWritable && !(parent.IsSticky && IsTrusted(status.Uid)))
            {
                return $"is reached through {directory}, where everybody may write (mode {Octal(parent.Mode)})"
                    + (parent.IsSticky ? $", and {here} belongs to uid {status.Uid}" : "");
            }

            if (status.Type != FileType.SymbolicLink)
            {
                directory = here;
                continue;
            }

            if (++links > MostLinks || new FileInfo(here).LinkTarget is not { } target)
            {
                return null;
            }

            directory = target.StartsWith('/') ? "/" : directory;
            Push(ahead, target);
        }

        return null;
    }

    private static bool IsTrusted(uint uid) => uid == 0 || uid == CurrentUser.Uid;

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (var component in path.Split('/').Reverse().Where(component => component is not ("" or ".")))
        {
            ahead.Push(component);
        }
    }

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');
}
