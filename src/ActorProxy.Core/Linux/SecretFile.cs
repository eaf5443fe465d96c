namespace ActorProxy.Core.Linux;

/// <summary>Reads a secret of one line from a file that nobody else may read.</summary>
public static class SecretFile
{
    private const int Shortest = 16;
    private const int LongestBytes = 4096;

    /// <summary>The secret, at least 16 bytes without blanks and control characters; one trailing line end is cut.</summary>
    /// <param name="path">The file; the last component may be a symbolic link.</param>
    /// <exception cref="IOException">It can't be used; the message says what to change, without the path.</exception>
    public static byte[] Read(string path)
    {
        using var handle = GuardedFile.OpenForReading(path, followLinks: true);
        var status = FileStatus.Of(handle);
        if (status is not { Type: FileType.Regular, Size: <= LongestBytes })
        {
            throw new IOException($"it must be a regular file of at most {LongestBytes} bytes");
        }

        if (status.Uid != 0 && status.Uid != CurrentUser.Uid)
        {
            throw new IOException("it must belong to root or to the proxy's user");
        }

        if ((status.Mode & 0x3f) != 0)
        {
            throw new IOException("group and others must have no rights to it (chmod 600)");
        }

        var bytes = new byte[status.Size];
        var secret = WithoutLineEnd(bytes.AsSpan(0, RandomAccess.Read(handle, bytes, 0)));
        return secret.Length >= Shortest && secret.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && !secret.Contains((byte)0x7f)
            ? secret.ToArray()
            : throw new IOException($"it must hold at least {Shortest} characters, without blanks and control characters");
    }

    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> text) => text switch
    {
        [.. var line, (byte)'\r', (byte)'\n'] => line,
        [.. var line, (byte)'\n'] => line,
        _ => text,
    };
}
