using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>How many descriptors this process may have (<c>getrlimit(2)</c>, RLIMIT_NOFILE).</summary>
public static partial class DescriptorLimit
{
    private const int OpenFiles = 7;

    /// <summary>What the soft limit can be raised to without privileges.</summary>
    public static ulong Hard => Get().Hard;

    /// <summary>What holds now.</summary>
    public static ulong Soft => Get().Soft;

    /// <summary>Raises the soft limit to the hard one.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void RaiseSoftToHard()
    {
        var limit = Get();
        if (limit.Soft < limit.Hard && SetLimit(OpenFiles, limit with { Soft = limit.Hard }) != 0)
        {
            throw LinuxException.FromLastError("setrlimit");
        }
    }

    private static Limit Get() => GetLimit(OpenFiles, out var limit) == 0 ? limit : throw LinuxException.FromLastError("getrlimit");

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Soft, ulong Hard);
}
