namespace ActorProxy.Core.Linux;

/// <summary>The error numbers that decisions hang on (<c>errno(3)</c>); equal on x64 and arm64.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int NoAccess = 13;
    public const int Exists = 17;
    public const int NotADirectory = 20;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int BrokenPipe = 32;
    public const int OutOfRange = 34;
    public const int Loop = 40;
    public const int AddressInUse = 98;
    public const int ConnectionAborted = 103;
    public const int ConnectionRefused = 111;

    /// <summary>Whether a call failed only for want of a free descriptor, in this process or in the whole system.</summary>
    public static bool IsNoDescriptor(int error) => error is TooManyFiles or TooManyFilesInSystem;
}
