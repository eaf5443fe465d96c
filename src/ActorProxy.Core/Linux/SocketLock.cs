using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>
/// The lock beside a socket, by which two proxies with one path exclude each other (<c>flock(2)</c>). The file stays when the lock
/// is let go: removing it would let two processes lock two files.
/// </summary>
internal sealed partial class SocketLock : IDisposable
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private const int Private = 0x180;   // 0600
    private const int GroupOrOthers = 0x3f;   // 0077

    private readonly SafeFileHandle _handle;
    private readonly string _name;

    private SocketLock(SafeFileHandle handle, string name)
    {
        _handle = handle;
        _name = name;
    }

    /// <summary>Takes the lock, or says who might have it.</summary>
    /// <exception cref="SocketRefusedException">It is held, or the file can't be trusted.</exception>
    public static SocketLock Take(DirectoryHandle directory, string name)
    {
        var handle = OpenFile(directory, name);
        try
        {
            CheckFile(directory.PathOf(name), FileStatus.Of(handle));
            if (Flock(handle, Exclusive | NonBlocking) != 0)
            {
                throw new SocketRefusedException(Marshal.GetLastPInvokeError() == Errno.TryAgain
                    ? $"{directory.PathOf(name)} is locked: another process serves this path"
                    : $"{directory.PathOf(name)}: {LinuxException.FromLastError("flock").Message}");
            }

            var held = new SocketLock(handle, name);
            return held.IsIn(directory)
                ? held
                : throw new SocketRefusedException($"{directory.PathOf(name)} was replaced while it was locked");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Whether what is locked is still the file at the path.</summary>
    public bool IsIn(DirectoryHandle directory) => directory.StatusOf(_name)?.Identity == FileStatus.Of(_handle).Identity;

    // Said, not left to the close: a child that was just forked shares the lock until it runs its program.
    public void Dispose()
    {
        if (!_handle.IsClosed)
        {
            _ = Flock(_handle, Unlock);
        }

        _handle.Dispose();
    }

    private static SafeFileHandle OpenFile(DirectoryHandle directory, string name)
    {
        try
        {
            return directory.OpenOrCreate(name, Private);
        }
        catch (LinuxException exception) when (!Errno.IsNoDescriptor(exception.Error))
        {
            throw new SocketRefusedException($"{directory.PathOf(name)} can't be opened as a lock file: {exception.Message}");
        }
    }

    // A file that others may open is one whose lock others may hold.
    private static void CheckFile(string path, FileStatus status)
    {
        if (status.Type != FileType.Regular || status.Links != 1)
        {
            throw new SocketRefusedException($"{path} is not a regular file with one link");
        }

        if (!CurrentUser.Trusts(status.Uid))
        {
            throw new SocketRefusedException($"{path} belongs to uid {status.Uid}, neither root nor the proxy's user");
        }

        if ((status.Mode & GroupOrOthers) != 0)
        {
            throw new SocketRefusedException($"{path} is open to group or others (mode {Convert.ToString(status.Mode, 8)})");
        }
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeHandle file, int operation);
}
