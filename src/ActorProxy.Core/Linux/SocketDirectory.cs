using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>
/// The way from <c>/</c> to a socket's directory. Whoever can write to a directory on it can put another socket at the path, so each
/// one must be root's or ours and closed to everybody else.
/// </summary>
internal static partial class SocketDirectory
{
    private const int Private = 0x1c0;   // 0700
    private const int ForGroup = 0x1e8;   // 0750

    /// <summary>Walks the whole way and opens the directory.</summary>
    /// <param name="place">Where the socket shall be.</param>
    /// <param name="make">Whether an absent last directory is made.</param>
    /// <exception cref="SocketRefusedException">A directory is missing, not a directory, a link, or others may change it.</exception>
    public static DirectoryHandle Open(SocketPlace place, bool make)
    {
        var names = Names(place);
        var directory = DirectoryHandle.OpenRoot();
        try
        {
            for (var at = 0; at < names.Length; at++)
            {
                var next = Enter(directory, names[at], place, make && at == names.Length - 1);
                directory.Dispose();
                directory = next;
            }

            var last = directory.Status;
            CheckOwner(directory, last);
            CheckClosed(directory, last);
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static DirectoryHandle Enter(DirectoryHandle directory, string name, SocketPlace place, bool make)
    {
        var own = directory.Status;
        CheckOwner(directory, own);
        if (directory.StatusOf(name) is not { } next)
        {
            next = make ? Make(directory, name, place.Group) : throw new SocketRefusedException($"{directory.PathOf(name)} does not exist");
        }

        // In a sticky directory only the owner of an entry can rename or remove it (unlink(2), EPERM).
        if (!own.IsSticky || !CurrentUser.Trusts(next.Uid))
        {
            CheckClosed(directory, own);
        }

        return next.Type switch
        {
            FileType.Directory => directory.OpenDirectory(name),
            FileType.SymbolicLink => throw new SocketRefusedException($"{directory.PathOf(name)} is a symbolic link"),
            _ => throw new SocketRefusedException($"{directory.PathOf(name)} is not a directory"),
        };
    }

    private static void CheckOwner(DirectoryHandle directory, FileStatus status)
    {
        if (!CurrentUser.Trusts(status.Uid))
        {
            throw new SocketRefusedException($"{directory.Path} belongs to uid {status.Uid}, neither root nor the proxy's user");
        }
    }

    private static void CheckClosed(DirectoryHandle directory, FileStatus status)
    {
        if (status.IsGroupWritable || status.IsWorldWritable)
        {
            throw new SocketRefusedException($"{directory.Path} can be written by group or others (mode {Convert.ToString(status.Mode, 8)})");
        }
    }

    private static FileStatus Make(DirectoryHandle parent, string name, uint? group)
    {
        parent.Make(name, Private);
        try
        {
            using var made = parent.OpenPath(name);
            if (group is { } gid)
            {
                DirectoryHandle.ChangeOwner(made, uid: null, gid);
            }

            // Also sets right what the umask took and what a setgid parent handed down.
            DirectoryHandle.ChangeMode(made, group is null ? Private : ForGroup);
            return FileStatus.Of(made);
        }
        catch (LinuxException exception)
        {
            parent.RemoveDirectory(name);
            if (Errno.IsNoDescriptor(exception.Error))
            {
                throw;
            }

            throw new SocketRefusedException($"{parent.PathOf(name)} can't be given group {group}: {exception.Message}");
        }
    }

    // The directories to walk, links of the base entry resolved, nothing below it.
    private static string[] Names(SocketPlace place)
    {
        var (entry, below) = SocketPath.FindBase(place.Path, place.BaseDirs)
            ?? throw new SocketRefusedException($"{place.Path} is below none of the base directories");
        var parents = below.Split('/')[..^1];
        return [.. (parents.Length == 0 ? ResolveParent(entry) : Resolve(entry)).Split('/', StringSplitOptions.RemoveEmptyEntries), .. parents];
    }

    // The socket lives in the base entry itself, which may be the directory to make.
    private static string ResolveParent(string entry)
    {
        var cut = entry.LastIndexOf('/');
        return cut < 0 || FileStatus.Following(entry) is not null ? Resolve(entry) : Resolve(entry[..cut]) + entry[cut..];
    }

    private static unsafe string Resolve(string directory)
    {
        const int LongestPath = 4096;
        var buffer = stackalloc byte[LongestPath];
        return RealPath(directory.Length == 0 ? "/" : directory, buffer) == buffer
            ? Marshal.PtrToStringUTF8((nint)buffer)!
            : throw new SocketRefusedException($"{directory}: {LinuxException.FromLastError("realpath").Message}");
    }

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* RealPath(string path, byte* resolved);
}
