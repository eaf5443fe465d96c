using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>
/// The last descriptors, which no connection may take: the runtime opens some to start a thread or to load an assembly, and ends
/// the process when it can't.
/// </summary>
public static partial class DescriptorReserve
{
    /// <summary>So many are left by new clients.</summary>
    public const int FromClients = 32;

    /// <summary>So many are left by what serves the clients that were let in, and by the health port.</summary>
    public const int FromRequests = 16;

    private const int DuplicateCloseOnExec = 1030;   // F_DUPFD_CLOEXEC

    /// <summary>
    /// Whether a descriptor that was just opened is one of the last. The kernel gives the lowest number that is free (open(2)), so
    /// every one below it is taken.
    /// </summary>
    /// <param name="opened">The descriptor.</param>
    /// <param name="left">How many shall be left.</param>
    public static bool Holds(SafeHandle opened, int left) => IsLast((int)opened.DangerousGetHandle(), left);

    /// <summary>Whether the next descriptor would be one of the last, or there is none.</summary>
    /// <param name="any">Some open descriptor: it is duplicated, to see the number.</param>
    /// <param name="left">How many shall be left.</param>
    public static bool IsNext(SafeHandle any, int left)
    {
        var next = Control(any, DuplicateCloseOnExec, 0);
        if (next < 0)
        {
            return true;
        }

        _ = Close(next);
        return IsLast(next, left);
    }

    private static bool IsLast(int number, int left) => (ulong)(number + left) >= DescriptorLimit.Soft;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
