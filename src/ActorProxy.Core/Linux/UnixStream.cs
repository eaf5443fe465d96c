using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>An accepted Unix connection, non-blocking, for one thread that polls.</summary>
/// <param name="handle">The connection; owned from now on.</param>
public sealed unsafe partial class UnixStream(SafeFileHandle handle) : IDisposable
{
    private const int DontRaiseSigPipe = 0x4000;   // MSG_NOSIGNAL
    private const int Write = 1;   // SHUT_WR

    /// <summary>The descriptor, for poll.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>Reads what has come.</summary>
    /// <param name="buffer">Where to; not empty.</param>
    /// <returns>How much; 0 at the end; <see cref="StreamResult.Nothing"/> or <see cref="StreamResult.Broken"/>.</returns>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* to = buffer)
        {
            return Result(Receive(handle, to, (nuint)buffer.Length, 0));
        }
    }

    /// <summary>Writes as much as fits.</summary>
    /// <param name="bytes">Not empty.</param>
    /// <returns>How much; <see cref="StreamResult.Nothing"/> or <see cref="StreamResult.Broken"/>.</returns>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            return Result(Send(handle, from, (nuint)bytes.Length, DontRaiseSigPipe));
        }
    }

    /// <summary>Nothing more will be written: the peer reads the end after what was sent.</summary>
    public void ShutdownWrite() => _ = Shutdown(handle, Write);

    /// <summary>Closes it.</summary>
    public void Dispose() => handle.Dispose();

    private static int Result(nint result) => result >= 0
        ? (int)result
        : Marshal.GetLastPInvokeError() is Errno.TryAgain or Errno.Interrupted ? StreamResult.Nothing : StreamResult.Broken;

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(SafeHandle socket, int how);
}
