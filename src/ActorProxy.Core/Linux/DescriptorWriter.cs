using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>
/// Writes to a descriptor and says how far it came and why not further (<c>write(2)</c>): a stream of the class library hides a
/// broken pipe of standard output, and what a full disk still took.
/// </summary>
internal static partial class DescriptorWriter
{
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const short PollOut = 4;

    /// <summary>Writes until everything is taken or the kernel refuses; waits as long as the other side does not read.</summary>
    /// <param name="handle">An open descriptor, blocking or not.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="written">Bytes that were taken.</param>
    /// <returns><c>null</c> when all were, else what the kernel said.</returns>
    public static LinuxException? WriteAll(SafeHandle handle, ReadOnlySpan<byte> bytes, out int written)
    {
        written = 0;
        while (written < bytes.Length)
        {
            var result = Write(handle, ref MemoryMarshal.GetReference(bytes[written..]), bytes.Length - written);
            var error = Marshal.GetLastPInvokeError();
            if (result > 0)
            {
                written += (int)result;
            }
            else if (result == 0 || error is not (Interrupted or WouldBlock))
            {
                return new LinuxException("write", error);
            }
            else if (error == WouldBlock)
            {
                WaitUntilWritable(handle);
            }
        }

        return null;
    }

    private static void WaitUntilWritable(SafeHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            // Whatever poll answers, the next write says more.
            var wanted = new PollDescriptor { Descriptor = (int)handle.DangerousGetHandle(), Events = PollOut };
            _ = Poll(ref wanted, 1, -1);
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeHandle handle, ref byte bytes, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMs);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
