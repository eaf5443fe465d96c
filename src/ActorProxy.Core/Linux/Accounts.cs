using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>User and group names, as the system resolves them (<c>getpwnam_r(3)</c>, <c>getgrnam_r(3)</c>). May read files or ask a directory service.</summary>
public static unsafe partial class Accounts
{
    private const int FirstBuffer = 4096;
    private const int LargestBuffer = 1 << 20;

    /// <summary>The uid of a user.</summary>
    /// <param name="nameOrNumber">A name, or a number that need not exist.</param>
    /// <returns><c>null</c> when there is no such user.</returns>
    public static uint? FindUser(string nameOrNumber) => Find(nameOrNumber, &FindUserByName);

    /// <summary>The gid of a group.</summary>
    /// <param name="nameOrNumber">A name, or a number that need not exist.</param>
    /// <returns><c>null</c> when there is no such group.</returns>
    public static uint? FindGroup(string nameOrNumber) => Find(nameOrNumber, &FindGroupByName);

    private static uint? Find(string nameOrNumber, delegate*<string, Entry*, byte*, nuint, Entry**, int> lookUp)
    {
        if (nameOrNumber.Length > 0 && nameOrNumber.All(char.IsAsciiDigit))
        {
            // -1 means "leave as it is" to chown(2), never an account.
            return uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != uint.MaxValue
                ? number
                : null;
        }

        for (var size = FirstBuffer; size <= LargestBuffer; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* at = buffer)
            {
                Entry entry;
                Entry* found = null;
                if (lookUp(nameOrNumber, &entry, at, (nuint)size, &found) != Errno.OutOfRange)
                {
                    return found is null ? null : found->Id;
                }
            }
        }

        return null;
    }

    private static int FindUserByName(string name, Entry* entry, byte* buffer, nuint size, Entry** found) =>
        GetPasswordEntry(name, entry, buffer, size, found);

    private static int FindGroupByName(string name, Entry* entry, byte* buffer, nuint size, Entry** found) =>
        GetGroupEntry(name, entry, buffer, size, found);

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetPasswordEntry(string name, Entry* entry, byte* buffer, nuint size, Entry** found);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetGroupEntry(string name, Entry* entry, byte* buffer, nuint size, Entry** found);

    // struct passwd and struct group begin alike: name, password, id. The rest is only room (passwd has 48 bytes).
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint Id;
    }
}
