using System.Collections.Immutable;
using System.Security.Cryptography;
using ActorProxy.Core.Linux;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Configuration;

/// <summary>Reads the configuration file as one consistent whole: never half of what a writer is about to write.</summary>
/// <param name="path">Absolute; may be a symbolic link.</param>
/// <param name="time">Times the retries.</param>
internal sealed class ConfigFile(string path, TimeProvider time)
{
    /// <summary>The largest file that is read.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    private const int Retries = 3;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes the lease; tests are a file system without.</summary>
    public Func<SafeFileHandle, FileLease?> Lease { get; init; } = FileLease.TryTake;

    /// <summary>Opens, judges and reads; tries again a few times while the file changes.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<ConfigFileResult> ReadAsync(CancellationToken cancellationToken)
    {
        for (var tried = 0; ; tried++)
        {
            var result = ReadOnce();
            if (result is not ConfigFileResult.Changing || tried == Retries)
            {
                return result;
            }

            await Task.Delay(RetryAfter, time, cancellationToken);
        }
    }

    /// <summary>One try.</summary>
    public ConfigFileResult ReadOnce()
    {
        try
        {
            if (FileTrust.WrongOnTheWay(path) is { } way)
            {
                return new ConfigFileResult.Unreadable(way);
            }

            using var file = GuardedFile.OpenForReading(path, followLinks: true);
            var before = FileStatus.Of(file);
            if (Wrong(before) is { } wrong)
            {
                return new ConfigFileResult.Unreadable(wrong);
            }

            return Read(file, before);
        }
        catch (LinuxException exception)
        {
            return new ConfigFileResult.Unreadable($"can't be read: {exception.Reason}");
        }
        catch (IOException exception)
        {
            return new ConfigFileResult.Unreadable($"can't be read: {exception.Message}");
        }
    }

    private ConfigFileResult Read(SafeFileHandle file, FileStatus before)
    {
        using var lease = Lease(file);
        if (lease is null)
        {
            return new ConfigFileResult.Changing();
        }

        var bytes = new byte[(int)before.Size];
        var length = ReadWhole(file, bytes);
        var isWhole = length == bytes.Length && !lease.IsBreaking
            && FileStatus.Of(file) == before
            && FileStatus.Following(path)?.Identity == before.Identity;
        return isWhole
            ? new ConfigFileResult.Read(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)), FileTrust.Warnings(before))
            : new ConfigFileResult.Changing();
    }

    private static string? Wrong(FileStatus status) =>
        status.Type != FileType.Regular ? "is not a regular file"
        : FileTrust.WrongOwnerOrMode(status) is { } wrong ? wrong
        : status.Size > MostBytes ? $"is larger than {MostBytes / 1024 / 1024} MiB"
        : null;

    private static int ReadWhole(SafeFileHandle file, byte[] bytes)
    {
        var length = 0;
        while (length < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(length), length);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }
}
