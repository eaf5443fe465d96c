using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>What the kernel says of a file (<c>statx(2)</c>): who it is, whose it is, and what others may do to it.</summary>
/// <param name="Device">Device number.</param>
/// <param name="Inode">Inode number; with the device the identity of the file.</param>
/// <param name="Type">The kind of file.</param>
/// <param name="Mode">Permission bits, with sticky, setuid and setgid.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Links">Hard links.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedNs">mtime in nanoseconds since 1970.</param>
/// <param name="ChangedNs">ctime in nanoseconds since 1970.</param>
public sealed partial record FileStatus(
    ulong Device, ulong Inode, FileType Type, int Mode, uint Uid, uint Gid, uint Links, ulong Size, long ModifiedNs, long ChangedNs)
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;

    /// <summary>Whether group may write.</summary>
    public bool IsGroupWritable => (Mode & 0x10) != 0;

    /// <summary>Whether everybody may write.</summary>
    public bool IsWorldWritable => (Mode & 0x2) != 0;

    /// <summary>Whether the sticky bit is set.</summary>
    public bool IsSticky => (Mode & 0x200) != 0;

    /// <summary>Device and inode: equal for the same file, whatever its path.</summary>
    public (ulong Device, ulong Inode) Identity => (Device, Inode);

    /// <summary>The status of an open file.</summary>
    /// <param name="handle">An open descriptor, <c>O_PATH</c> included.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static FileStatus Of(SafeHandle handle)
    {
        var result = Statx(handle, "", AtEmptyPath, BasicStats, out var buffer);
        return result == 0 ? From(buffer) : throw LinuxException.FromLastError("statx");
    }

    /// <summary>The status of what stands at a path; a symbolic link is described, not followed.</summary>
    /// <param name="path">Any path.</param>
    /// <returns><c>null</c> when nothing is there.</returns>
    /// <exception cref="LinuxException">The kernel refused for another reason.</exception>
    public static FileStatus? AtPath(string path) => At(path, AtSymlinkNoFollow);

    /// <summary>The status of the file a path leads to, through symbolic links.</summary>
    /// <param name="path">Any path.</param>
    /// <returns><c>null</c> when nothing is there.</returns>
    /// <exception cref="LinuxException">The kernel refused for another reason.</exception>
    public static FileStatus? Following(string path) => At(path, 0);

    /// <summary>The status of a directory's entry; a symbolic link is described, not followed.</summary>
    /// <param name="directory">An open directory, <c>O_PATH</c> included.</param>
    /// <param name="name">The entry.</param>
    /// <returns><c>null</c> when nothing is there.</returns>
    /// <exception cref="LinuxException">The kernel refused for another reason.</exception>
    public static FileStatus? In(SafeHandle directory, string name) =>
        Statx(directory, name, AtSymlinkNoFollow, BasicStats, out var buffer) == 0 ? From(buffer) : AbsentOrThrow();

    private static FileStatus? At(string path, int flags) =>
        StatxPath(AtFdCwd, path, flags, BasicStats, out var buffer) == 0 ? From(buffer) : AbsentOrThrow();

    private static FileStatus? AbsentOrThrow()
    {
        var error = Marshal.GetLastPInvokeError();
        return error is LinuxException.NoEntry or LinuxException.NotADirectory ? null : throw new LinuxException("statx", error);
    }

    private static FileStatus From(in StatxBuffer buffer) => new(
        ((ulong)buffer.DevMajor << 32) | buffer.DevMinor,
        buffer.Ino,
        (FileType)(buffer.Mode & 0xf000),
        buffer.Mode & 0xfff,
        buffer.Uid,
        buffer.Gid,
        buffer.Nlink,
        buffer.Size,
        (buffer.Mtime.Seconds * 1_000_000_000) + buffer.Mtime.Nanoseconds,
        (buffer.Ctime.Seconds * 1_000_000_000) + buffer.Ctime.Nanoseconds);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeHandle directory, string path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxPath(int directory, string path, int flags, uint mask, out StatxBuffer buffer);

    [StructLayout(LayoutKind.Sequential)]
    private struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    // linux/stat.h; 256 bytes on every architecture.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct StatxBuffer
    {
        public uint Mask;
        public uint Blksize;
        public ulong Attributes;
        public uint Nlink;
        public uint Uid;
        public uint Gid;
        public ushort Mode;
        public ushort Spare0;
        public ulong Ino;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public StatxTime Atime;
        public StatxTime Btime;
        public StatxTime Ctime;
        public StatxTime Mtime;
        public uint RdevMajor;
        public uint RdevMinor;
        public uint DevMajor;
        public uint DevMinor;
    }
}
