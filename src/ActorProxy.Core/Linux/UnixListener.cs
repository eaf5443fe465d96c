using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>A listening Unix stream socket, non-blocking, whose file nothing but <see cref="SocketFile"/> removes.</summary>
public sealed partial class UnixListener : IDisposable
{
    private const int DuplicateCloseOnExec = 1030;   // F_DUPFD_CLOEXEC
    private const int AcceptFlags = 0x80000 | 0x800;   // SOCK_CLOEXEC | SOCK_NONBLOCK

    internal UnixListener(SafeFileHandle handle) => Handle = handle;

    /// <summary>The descriptor, for poll.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Takes one connection from the backlog, non-blocking.</summary>
    /// <param name="error">The errno when there is none: EAGAIN, EMFILE …</param>
    /// <returns><c>null</c> when there is none.</returns>
    public SafeFileHandle? Accept(out int error)
    {
        var descriptor = Accept(Handle, 0, 0, AcceptFlags);
        error = descriptor >= 0 ? 0 : Marshal.GetLastPInvokeError();
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
    }

    /// <summary>Whether <see cref="Accept(out int)"/> found nobody waiting.</summary>
    /// <param name="error">Its errno.</param>
    public static bool IsEmpty(int error) => error == Errno.TryAgain;

    /// <summary>Whether <see cref="Accept(out int)"/> can be tried again at once: a signal, or a client that left.</summary>
    /// <param name="error">Its errno.</param>
    public static bool IsTransient(int error) => error is Errno.Interrupted or Errno.ConnectionAborted;

    /// <summary>Whether <see cref="Accept(out int)"/> failed for want of a descriptor.</summary>
    /// <param name="error">Its errno.</param>
    public static bool IsNoDescriptor(int error) => Errno.IsNoDescriptor(error);

    /// <summary>
    /// A second descriptor of the same socket, for a server of .NET's own. Disposing it closes that descriptor alone: a
    /// <see cref="Socket"/> made from a handle does not know the path and can't delete the file.
    /// </summary>
    /// <exception cref="LinuxException">No descriptor is free.</exception>
    public Socket OpenSocket()
    {
        var descriptor = Control(Handle, DuplicateCloseOnExec, 0);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw LinuxException.FromLastError("fcntl F_DUPFD_CLOEXEC");
    }

    /// <summary>Stops listening. Clients in the backlog are reset, accepted connections live on.</summary>
    public void Dispose() => Handle.Dispose();

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SafeHandle socket, nint address, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle file, int command, int argument);
}
