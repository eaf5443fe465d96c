using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>Memory that the process holds and does not use.</summary>
public static partial class UnusedMemory
{
    /// <summary>
    /// Returns it to the system: a compacting collection, during which nothing runs (about 10 ms, and more with a large
    /// configuration), then what OpenSSL freed (<c>malloc_trim(3)</c>).
    /// </summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it; it frees in its own way.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nint keep);
}
