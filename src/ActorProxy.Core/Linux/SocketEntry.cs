using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>What stands at a socket's name in its directory: examined without following a link, removed only if still the very same.</summary>
internal static class SocketEntry
{
    /// <summary>Makes the name free, when what has it is a dead socket of root's or ours.</summary>
    /// <returns>What was done; <c>null</c> when the name was free.</returns>
    /// <exception cref="SocketRefusedException">It is something else, or alive, and was left alone.</exception>
    public static string? Clear(DirectoryHandle directory, string name)
    {
        if (directory.StatusOf(name) is not { } seen)
        {
            return null;
        }

        var path = directory.PathOf(name);
        if (seen.Type != FileType.Socket)
        {
            throw new SocketRefusedException($"{path} is {Describe(seen.Type)}, not a socket; it was left alone");
        }

        if (!CurrentUser.Trusts(seen.Uid))
        {
            throw new SocketRefusedException($"{path} is a socket of uid {seen.Uid}, neither root nor the proxy's user; it was left alone");
        }

        using var file = directory.OpenPath(name);
        if (FileStatus.Of(file).Identity != seen.Identity || !SocketLiveness.IsDead(file))
        {
            throw new SocketRefusedException($"{path} is a socket that some process may have bound; it was left alone");
        }

        return RemoveExamined(directory, name, seen, SocketLiveness.IsDead)
            ?? $"removed the dead socket {path} (uid {seen.Uid}, inode {seen.Inode})";
    }

    /// <summary>
    /// Removes the very inode that was examined: what has the name is moved aside, examined again, and only then unlinked. Anything
    /// else is put back, unless the name was taken meanwhile: then it stays aside.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="examined">What was seen there.</param>
    /// <param name="mayGo">Asked once more about what was moved.</param>
    /// <returns><c>null</c> when it is gone, else why not.</returns>
    public static string? RemoveExamined(DirectoryHandle directory, string name, FileStatus examined, Func<SafeFileHandle, bool> mayGo)
    {
        var aside = $".{name}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        directory.Rename(name, aside);
        using (var moved = directory.OpenPath(aside))
        {
            var status = FileStatus.Of(moved);
            if (status.Type == FileType.Socket && status.Identity == examined.Identity && mayGo(moved))
            {
                directory.Remove(aside);
                return null;
            }
        }

        try
        {
            directory.Rename(aside, name);
        }
        catch (LinuxException exception) when (exception.Error == Errno.Exists)
        {
            return $"{directory.PathOf(name)} was swapped while it was examined; what stood there is now {directory.PathOf(aside)}";
        }

        throw new SocketRefusedException($"{directory.PathOf(name)} was swapped while it was examined; it was left alone");
    }

    private static string Describe(FileType type) => type switch
    {
        FileType.SymbolicLink => "a symbolic link",
        FileType.Directory => "a directory",
        FileType.Regular => "a regular file",
        FileType.Pipe => "a named pipe",
        _ => "a device",
    };
}
