using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>
/// An open directory whose entries are named relative to it, so that nobody can swap a component of the path in between
/// (<c>openat(2)</c>, <c>renameat2(2)</c>). No call follows a symbolic link.
/// </summary>
internal sealed partial class DirectoryHandle : IDisposable
{
    private const uint NoReplace = 1;
    private const int EmptyPath = 0x1000;
    private const uint Unchanged = uint.MaxValue;

    private readonly SafeFileHandle _handle;

    private DirectoryHandle(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;
    }

    /// <summary>The path it was reached by, for messages and for bind.</summary>
    public string Path { get; }

    public FileStatus Status => FileStatus.Of(_handle);

    public static DirectoryHandle OpenRoot()
    {
        var descriptor = Open("/", OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        return descriptor >= 0
            ? new DirectoryHandle(new SafeFileHandle(descriptor, ownsHandle: true), "/")
            : throw LinuxException.FromLastError("open");
    }

    /// <summary>A descriptor that names what stands at a path and nothing more; the last component is not followed.</summary>
    public static SafeFileHandle OpenPathAt(string path)
    {
        var descriptor = Open(path, OpenFlags.Path | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.FromLastError("open");
    }

    public string PathOf(string name) => Path == "/" ? "/" + name : Path + "/" + name;

    /// <summary>ENOTDIR when the entry is anything but a directory, a link to one included.</summary>
    public DirectoryHandle OpenDirectory(string name) =>
        new(OpenEntry(name, OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow), PathOf(name));

    /// <summary>A descriptor that names the entry and nothing more: <c>O_PATH</c> opens sockets and links too.</summary>
    public SafeFileHandle OpenPath(string name) => OpenEntry(name, OpenFlags.Path | OpenFlags.NoFollow);

    /// <summary>ELOOP for a link, ENXIO for a socket; never blocks on a pipe.</summary>
    public SafeFileHandle OpenOrCreate(string name, int mode) =>
        OpenEntry(name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow | OpenFlags.NonBlock, mode);

    public FileStatus? StatusOf(string name) => FileStatus.In(_handle, name);

    public void Make(string name, int mode) => Check(MakeDirectory(_handle, name, (uint)mode), "mkdirat");

    public void RemoveDirectory(string name) => Check(Unlink(_handle, name, 0x200), "unlinkat");

    public void Remove(string name) => Check(Unlink(_handle, name, 0), "unlinkat");

    /// <summary>Renames within the directory. EEXIST when something has the new name: nothing is ever replaced.</summary>
    public void Rename(string from, string to) => Check(Rename(_handle, from, _handle, to, NoReplace), "renameat2");

    /// <summary>Gives a file another owner or group, through any descriptor of it.</summary>
    public static void ChangeOwner(SafeFileHandle file, uint? uid, uint? gid) =>
        Check(ChangeOwnerAt(file, "", uid ?? Unchanged, gid ?? Unchanged, EmptyPath), "fchownat");

    /// <summary>fchmod refuses <c>O_PATH</c> descriptors (EBADF); the kernel's link to the descriptor leads to the very inode.</summary>
    public static void ChangeMode(SafeFileHandle file, int mode) => Check(ChangeModeOf(PathOf(file), (uint)mode), "chmod");

    /// <summary>A path that leads to the inode of an open descriptor, whatever happens to its name (<c>proc(5)</c>).</summary>
    public static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    public void Dispose() => _handle.Dispose();

    private SafeFileHandle OpenEntry(string name, int flags, int mode = 0)
    {
        var descriptor = OpenAt(_handle, name, flags | OpenFlags.CloseOnExec, (uint)mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.FromLastError("openat");
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw LinuxException.FromLastError(call);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(SafeHandle directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(SafeHandle directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(SafeHandle directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(SafeHandle fromDirectory, string from, SafeHandle toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwnerAt(SafeHandle file, string path, uint uid, uint gid, int flags);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeModeOf(string path, uint mode);
}
