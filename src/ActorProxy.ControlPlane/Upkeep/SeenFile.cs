using System.Security.Cryptography;
using ActorProxy.Core.Linux;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>A file as it was seen: hashed only when its status differs from the last look.</summary>
/// <param name="Status"><c>null</c> when it is missing.</param>
/// <param name="Sha256">Of its bytes; <c>null</c> when it can't be read.</param>
/// <param name="IsSettled">Hashed twice: a second write in the same tick of the kernel's clock leaves the status as it was.</param>
internal sealed record SeenFile(FileStatus? Status, byte[]? Sha256, bool IsSettled)
{
    // The loader's own bound; a file above it is not what was applied, whatever it holds.
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Looks again. May block on a hanging disk, so not on an actor's thread.</summary>
    public static SeenFile Look(string path, SeenFile? before)
    {
        try
        {
            var status = FileStatus.Following(path);
            var isSame = before is not null && status == before.Status;
            return isSame && before!.IsSettled ? before : new SeenFile(status, Hash(path, status), isSame);
        }
        catch (Exception exception) when (exception is LinuxException or IOException or UnauthorizedAccessException)
        {
            return before is null ? new SeenFile(null, null, IsSettled: false) : before with { Sha256 = null, IsSettled = false };
        }
    }

    private static byte[]? Hash(string path, FileStatus? status)
    {
        if (status is not { Type: FileType.Regular, Size: <= MaxBytes })
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = GuardedFile.OpenForReading(path, followLinks: true);
        var buffer = new byte[81920];
        long offset = 0;
        while (offset <= MaxBytes && RandomAccess.Read(file, buffer, offset) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            offset += read;
        }

        return hash.GetHashAndReset();
    }
}
