using ActorProxy.Core.Linux;

namespace ActorProxy.Hosting;

/// <summary>The files of the program as they were when it started: an upgrade that was not followed by a restart shows.</summary>
internal sealed class RunningProgram
{
    private readonly (string Path, (ulong, ulong, long, ulong)? Seen)[] _files;

    /// <summary>Looks at the files that run now.</summary>
    public RunningProgram()
    {
        var assemblies = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("ActorProxy", StringComparison.Ordinal) || name.StartsWith("actor-proxy", StringComparison.Ordinal)));
        _files = [.. assemblies.Append(Environment.ProcessPath!).Select(path => (path, Look(path)))];
    }

    /// <summary>Whether the program on disk is no longer the one that runs. Takes no descriptor.</summary>
    public bool IsReplaced => _files.Any(file => Look(file.Path) != file.Seen);

    private static (ulong, ulong, long, ulong)? Look(string path)
    {
        try
        {
            return FileStatus.Following(path) is { } status ? (status.Device, status.Inode, status.ModifiedNs, status.Size) : null;
        }
        catch (LinuxException)
        {
            // A directory on the way was closed to us: as good as gone.
            return null;
        }
    }
}
