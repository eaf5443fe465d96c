using System.Buffers.Text;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>
/// What the kernel says of this process (<c>proc(5)</c>), through descriptors that were opened in good time: it can still be asked
/// when none is free.
/// </summary>
public sealed partial class ProcessUsage : IDisposable
{
    // linux_dirent64: inode (8), offset (8), record length (2), type (1), name.
    private const int RecordLengthAt = 16;
    private const int NameAt = 19;

    private readonly SafeFileHandle _descriptors;
    private readonly SafeFileHandle _memory;
    private readonly Lock _lock = new();
    private readonly byte[] _entries = new byte[32 * 1024];

    /// <summary>Opens what is read later.</summary>
    /// <exception cref="LinuxException">There is no <c>/proc</c>.</exception>
    public ProcessUsage()
    {
        _descriptors = GuardedFile.OpenForReading("/proc/self/fd", followLinks: true);
        _memory = GuardedFile.OpenForReading("/proc/self/statm", followLinks: true);
    }

    /// <summary>Open descriptors.</summary>
    public int OpenDescriptors()
    {
        lock (_lock)
        {
            _ = Seek(_descriptors, 0, 0);
            var count = 0;
            int length;
            while ((length = (int)ReadEntries(_descriptors, _entries, _entries.Length)) > 0)
            {
                count += CountEntries(_entries.AsSpan(0, length));
            }

            return length == 0 ? count : throw LinuxException.FromLastError("getdents64");
        }
    }

    /// <summary>Memory that is in RAM, in bytes.</summary>
    public long ResidentBytes()
    {
        Span<byte> text = stackalloc byte[128];
        var pages = text[..RandomAccess.Read(_memory, text, 0)];
        pages = pages[(pages.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(pages, out long resident, out _) ? resident * Environment.SystemPageSize : 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _descriptors.Dispose();
        _memory.Dispose();
    }

    // Without "." and "..".
    private static int CountEntries(ReadOnlySpan<byte> entries)
    {
        var count = 0;
        while (!entries.IsEmpty)
        {
            count += entries[NameAt] == (byte)'.' ? 0 : 1;
            entries = entries[MemoryMarshal.Read<ushort>(entries[RecordLengthAt..])..];
        }

        return count;
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint ReadEntries(SafeHandle directory, [Out] byte[] entries, nint size);
}
