using ActorProxy.Core.Linux;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Logs;

/// <summary>Opens the log file so that nobody else can choose what is written to, and nobody can make the proxy wait.</summary>
public static class LogFile
{
    // 0640: the group may read its log, nobody else.
    private const int NewFileMode = 0x1a0;

    /// <summary>Opens for appending, never through a link; makes the file (0640) when absent.</summary>
    /// <param name="path">Absolute.</param>
    public static LogFileResult Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            if (DirectoryProblem(path) is { } directoryProblem)
            {
                return new LogFileResult.Refused(directoryProblem);
            }

            handle = GuardedFile.OpenForAppending(path, NewFileMode);
            if (FileProblem(FileStatus.Of(handle)) is not { } problem)
            {
                var opened = handle;
                handle = null;
                return new LogFileResult.Opened(opened);
            }

            return new LogFileResult.Refused($"log file {path} {problem}");
        }
        catch (LinuxException exception)
        {
            return new LogFileResult.Refused($"log file {path} can't be opened: {Explain(exception)}");
        }
        finally
        {
            handle?.Dispose();
        }
    }

    private static string? DirectoryProblem(string path)
    {
        var directory = Path.GetDirectoryName(path) ?? "/";
        return FileStatus.Following(directory) switch
        {
            null => $"log file {path}: the directory {directory} does not exist",
            { IsWorldWritable: true, IsSticky: false } =>
                $"log file {path}: everybody may write to the directory {directory}; take that right away (chmod o-w) or set its sticky bit",
            _ => null,
        };
    }

    private static string? FileProblem(FileStatus status) => status switch
    {
        { Type: FileType.CharacterDevice, Uid: 0 } => null,
        { Type: FileType.CharacterDevice } => "is a device that does not belong to root",
        { Type: not FileType.Regular } => "is neither a regular file nor a character device",
        { Links: not 1 } => "has another name too (a hard link); remove the other one",
        _ when status.Uid != 0 && status.Uid != CurrentUser.Uid =>
            $"belongs to user {status.Uid}; it must belong to root or to the proxy's user ({CurrentUser.Uid})",
        _ => null,
    };

    private static string Explain(LinuxException exception) => exception.Error switch
    {
        LinuxException.TooManyLinks => "it is a symbolic link; name the file itself",
        LinuxException.NoDeviceOrAddress => "it is a pipe or a socket; name a regular file",
        _ => exception.Reason,
    };
}
