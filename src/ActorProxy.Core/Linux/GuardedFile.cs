using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>Opens files that others may have put there: never blocks on a pipe, never leaks to a child (<c>open(2)</c>).</summary>
public static partial class GuardedFile
{
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int NonBlock = 0x800;
    private const int CloseOnExec = 0x80000;

    // O_NOFOLLOW is one of the few flags whose value differs between the two architectures we run on.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Opens for reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="followLinks">Whether the last component may be a symbolic link.</param>
    /// <exception cref="LinuxException">The kernel refused: ENOENT, EACCES, ELOOP for a link that may not be followed …</exception>
    public static SafeFileHandle OpenForReading(string path, bool followLinks) =>
        Open(path, ReadOnly | NonBlock | CloseOnExec | (followLinks ? 0 : NoFollow), 0);

    /// <summary>Opens for appending and makes the file when absent. A link at the path is refused with ELOOP.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Permissions of a new file, before the umask.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static SafeFileHandle OpenForAppending(string path, int mode) =>
        Open(path, WriteOnly | Create | Append | NonBlock | CloseOnExec | NoFollow, mode);

    private static SafeFileHandle Open(string path, int flags, int mode)
    {
        var descriptor = OpenFile(path, flags, mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.FromLastError("open");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);
}
