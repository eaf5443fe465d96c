using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>Wakes a thread that polls (<c>eventfd(2)</c>).</summary>
public sealed partial class WakeEvent : IDisposable
{
    private const int Flags = 0x80000 | 0x800;   // EFD_CLOEXEC | EFD_NONBLOCK

    /// <summary>Takes a descriptor.</summary>
    /// <exception cref="LinuxException">None is free.</exception>
    public WakeEvent()
    {
        var descriptor = EventDescriptor(0, Flags);
        Handle = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.FromLastError("eventfd");
    }

    /// <summary>Readable once it was set.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Any thread; nothing happens once it is closed.</summary>
    public void Set()
    {
        try
        {
            var one = 1ul;
            _ = Write(Handle, ref one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody polls any more.
        }
    }

    /// <summary>The polling thread: not readable until it is set again.</summary>
    public void Reset() => _ = Read(Handle, out _, sizeof(ulong));

    /// <summary>Closes it.</summary>
    public void Dispose() => Handle.Dispose();

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeHandle file, ref ulong value, nuint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeHandle file, out ulong value, nuint length);
}
