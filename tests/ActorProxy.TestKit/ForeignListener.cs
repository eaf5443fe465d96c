using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.TestKit;

/// <summary>A listening socket of another process, reached into as only root can (<c>pidfd_getfd(2)</c>): to break what no client could.</summary>
public sealed partial class ForeignListener : IDisposable
{
    private const long OpenPid = 434;
    private const long GetDescriptor = 438;
    private const int BothWays = 2;

    private readonly SafeFileHandle _socket;

    private ForeignListener(SafeFileHandle socket) => _socket = socket;

    /// <summary>The socket that listens on a port of 127.0.0.1.</summary>
    public static ForeignListener Of(int pid, int port)
    {
        var inode = File.ReadLines($"/proc/{pid}/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(fields => fields[1] == $"0100007F:{port:X4}" && fields[3] == "0A")[9];
        var descriptor = Directory.EnumerateFiles($"/proc/{pid}/fd").Single(link => File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name == $"socket:[{inode}]");
        using var process = Opened(Call(OpenPid, pid, 0, 0));
        return new ForeignListener(Opened(Call(
            GetDescriptor, process.DangerousGetHandle(), int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture), 0)));
    }

    /// <summary>From now on each accept fails.</summary>
    public void ShutDown() => Check(ShutDown(_socket, BothWays));

    /// <summary>Listens on it here, which keeps its address from everybody else.</summary>
    /// <returns>False when somebody else was faster.</returns>
    public bool TryHold() => Listen(_socket, 1) == 0;

    public void Dispose() => _socket.Dispose();

    private static SafeFileHandle Opened(long descriptor)
    {
        Check((int)descriptor);
        return new SafeFileHandle((nint)descriptor, ownsHandle: true);
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int ShutDown(SafeFileHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(SafeFileHandle socket, int backlog);
}
