using ActorProxy.Core.Linux;

namespace ActorProxy.Core.Certificates;

/// <summary>Reads the bytes of a certificate or key, after a look at what stands at the path.</summary>
internal static class CertificateFile
{
    private const int MostBytes = 1024 * 1024;
    private const int OthersMayRead = 0x4;

    /// <returns><c>null</c> when it can't be used; the notes say why.</returns>
    public static byte[]? Read(string path, bool isKey, CertificateNotes notes)
    {
        try
        {
            using var file = GuardedFile.OpenForReading(path, followLinks: true);
            var status = FileStatus.Of(file);
            if (Wrong(status, isKey) is { } wrong)
            {
                notes.Refuse(isKey, wrong);
                return null;
            }

            if (isKey && (status.Mode & OthersMayRead) != 0)
            {
                notes.Warn(isKey, "is readable by everybody: chmod o-r");
            }

            var bytes = new byte[(int)status.Size];
            var length = RandomAccess.Read(file, bytes, 0);
            return length == bytes.Length ? bytes : bytes[..length];
        }
        catch (LinuxException exception)
        {
            notes.Refuse(isKey, $"can't be read: {exception.Reason}");
            return null;
        }
        catch (IOException exception)
        {
            notes.Refuse(isKey, $"can't be read: {exception.Message}");
            return null;
        }
    }

    private static string? Wrong(FileStatus status, bool isKey) =>
        status.Type != FileType.Regular ? "is not a regular file"
        : status.Size > MostBytes ? "is larger than 1 MiB"
        : isKey && (status.IsGroupWritable || status.IsWorldWritable) ? "is writable by group or others: chmod go-w"
        : null;
}
