using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Logs;

/// <summary>How an attempt to open the log file ended.</summary>
public abstract record LogFileResult
{
    private LogFileResult()
    {
    }

    /// <summary>It can be written.</summary>
    /// <param name="Handle">Opened for appending; the receiver's to close.</param>
    public sealed record Opened(SafeFileHandle Handle) : LogFileResult;

    /// <summary>It can't be used.</summary>
    /// <param name="Reason">One sentence that names the file and says what to change.</param>
    public sealed record Refused(string Reason) : LogFileResult;
}
