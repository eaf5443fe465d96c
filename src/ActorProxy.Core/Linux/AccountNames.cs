using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>User and group names → numbers (<c>getpwnam_r(3)</c>, <c>getgrnam_r(3)</c>).</summary>
public static partial class AccountNames
{
    // -1 means "unchanged" to chown(2) and is no id.
    private const uint NoId = uint.MaxValue;
    private const int OutOfRange = 34;
    private const int LargestBuffer = 1 << 20;

    private delegate int Lookup(string name, out Entry entry, Span<byte> buffer, out nint found);

    /// <summary>The uid of a user.</summary>
    /// <param name="nameOrNumber">A name, or a number that needs no account.</param>
    /// <returns><c>null</c> when there is no such user.</returns>
    public static uint? FindUid(string nameOrNumber) => Find(nameOrNumber, static (string name, out Entry entry, Span<byte> buffer, out nint found) =>
        GetUser(name, out entry, buffer, (nuint)buffer.Length, out found));

    /// <summary>The gid of a group.</summary>
    /// <param name="nameOrNumber">A name, or a number that needs no account.</param>
    /// <returns><c>null</c> when there is no such group.</returns>
    public static uint? FindGid(string nameOrNumber) => Find(nameOrNumber, static (string name, out Entry entry, Span<byte> buffer, out nint found) =>
        GetGroup(name, out entry, buffer, (nuint)buffer.Length, out found));

    private static uint? Find(string nameOrNumber, Lookup lookup)
    {
        if (uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number == NoId ? null : number;
        }

        if (nameOrNumber.Length == 0 || nameOrNumber.Contains('\0'))
        {
            return null;
        }

        for (var size = 1024; size <= LargestBuffer; size *= 4)
        {
            if (lookup(nameOrNumber, out var entry, new byte[size], out var found) != OutOfRange)
            {
                return found == 0 ? null : entry.Id;
            }
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetUser(string name, out Entry entry, Span<byte> buffer, nuint size, out nint found);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetGroup(string name, out Entry entry, Span<byte> buffer, nuint size, out nint found);

    // The common beginning of struct passwd and struct group; large enough for both.
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint Id;
    }
}
