using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>A file without a path, sealed: nobody can change what a library will read from it (<c>memfd_create(2)</c>).</summary>
public static partial class MemoryFile
{
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033;

    // F_SEAL_SEAL, _SHRINK, _GROW and _WRITE.
    private const int EverySeal = 0xf;

    /// <summary>Makes the file. It lives as long as the handle and can be opened by <see cref="PathOf"/> in this process.</summary>
    /// <param name="name">A name for <c>/proc</c>.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static SafeFileHandle Create(string name, ReadOnlySpan<byte> content)
    {
        var descriptor = Create(name, CloseOnExec | AllowSealing);
        if (descriptor < 0)
        {
            throw LinuxException.FromLastError("memfd_create");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, content, fileOffset: 0);
        return Control(handle, AddSeals, EverySeal) == 0 ? handle : throw LinuxException.FromLastError("fcntl");
    }

    /// <summary>A path that opens the file anew.</summary>
    /// <param name="file">A file of <see cref="Create(string, ReadOnlySpan{byte})"/>.</param>
    public static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Create(string name, uint flags);

    // Variadic in C; with one integer argument the calling conventions of Linux x64 and arm64 are the same.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
