using System.Collections.Immutable;
using ActorProxy.Core.Linux;

namespace ActorProxy.Core;

/// <summary>Remembers the files this process was started from, to notice when others stand in their place: a restart would run those.</summary>
public sealed class RunningProgram
{
    private readonly ImmutableArray<(string Path, FileStatus? Then)> _files;

    /// <summary>Looks at the files; made at the start of the process.</summary>
    public RunningProgram()
        : this([.. Files()])
    {
    }

    internal RunningProgram(ImmutableArray<(string Path, FileStatus? Then)> files) => _files = files;

    /// <summary>Whether a file of the program is another one now, or gone. Opens nothing.</summary>
    public bool IsReplaced => _files.Any(file => !IsSame(file.Then, Look(file.Path)));

    private static bool IsSame(FileStatus? then, FileStatus? now) =>
        then?.Identity == now?.Identity && then?.Size == now?.Size && then?.ModifiedNs == now?.ModifiedNs;

    private static FileStatus? Look(string path)
    {
        try
        {
            return FileStatus.Following(path);
        }
        catch (LinuxException)
        {
            // A directory on the way was closed to us: as good as gone.
            return null;
        }
    }

    private static IEnumerable<(string Path, FileStatus? Then)> Files()
    {
        // The link leads to the file that runs even when something else has its name already.
        if (Environment.ProcessPath is { } executable)
        {
            yield return (executable, Look("/proc/self/exe"));
        }

        // Published as a single file there are no libraries beside it.
        foreach (var library in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            var name = Path.GetFileName(library);
            if (name.StartsWith("actor-proxy", StringComparison.Ordinal) || name.StartsWith("ActorProxy.", StringComparison.Ordinal))
            {
                yield return (library, Look(library));
            }
        }
    }
}
