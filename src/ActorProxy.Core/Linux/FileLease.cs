using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>
/// A read lease (<c>fcntl(2)</c>, F_SETLEASE): refused while somebody has the file open for writing, and as long as it is held
/// somebody who opens it for writing waits for us.
/// </summary>
public sealed partial class FileLease : IDisposable
{
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int GetLease = 1025;
    private const int ReadLock = 0;
    private const int Unlock = 2;
    private const int TryAgain = 11;

    // A broken lease is told by SIGIO, which would end the process; SIGURG does nothing unless asked for.
    private const int Urgent = 23;

    private readonly SafeFileHandle _file;
    private readonly bool _isHeld;

    private FileLease(SafeFileHandle file, bool isHeld)
    {
        _file = file;
        _isHeld = isHeld;
    }

    /// <summary>Whether a writer has come since; always <c>false</c> where there are no leases.</summary>
    public bool IsBreaking => _isHeld && Control(_file, GetLease, 0) != ReadLock;

    /// <summary>Takes the lease.</summary>
    /// <param name="file">Opened for reading only.</param>
    /// <returns>
    /// <c>null</c> while the file is open for writing somewhere. A lease that does nothing where the kernel gives none: not our file
    /// and no CAP_LEASE (EACCES), or a file system without them (EINVAL).
    /// </returns>
    public static FileLease? TryTake(SafeFileHandle file)
    {
        if (Control(file, SetSignal, Urgent) == 0 && Control(file, SetLease, ReadLock) == 0)
        {
            return new FileLease(file, isHeld: true);
        }

        return Marshal.GetLastPInvokeError() == TryAgain ? null : None(file);
    }

    /// <summary>What <see cref="TryTake"/> gives where there are none.</summary>
    internal static FileLease None(SafeFileHandle file) => new(file, isHeld: false);

    /// <summary>Gives it back. The file must still be open.</summary>
    public void Dispose()
    {
        if (_isHeld)
        {
            Control(_file, SetLease, Unlock);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
