using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>A system call failed.</summary>
public sealed class LinuxException : IOException
{
    internal const int NoEntry = 2;
    internal const int NoDeviceOrAddress = 6;
    internal const int NotADirectory = 20;
    internal const int TooManyLinks = 40;

    /// <summary>Names the call and what the kernel said.</summary>
    /// <param name="call">The system call.</param>
    /// <param name="error">Its errno.</param>
    public LinuxException(string call, int error)
        : base($"{call}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})")
    {
        Error = error;
    }

    /// <summary>The errno.</summary>
    public int Error { get; }

    /// <summary>The kernel's own words for the errno.</summary>
    public string Reason => Marshal.GetPInvokeErrorMessage(Error);

    internal static LinuxException FromLastError(string call) => new(call, Marshal.GetLastPInvokeError());
}
