using System.Security.Cryptography;
using ActorProxy.Core.Linux;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>Where the token comes from: the environment, or the service manager's credential (<c>systemd.exec(5)</c>, LoadCredential).</summary>
public static class AdminTokenSource
{
    private const string Variable = "ADMIN_SOCKET_TOKEN";
    private const string CredentialsVariable = "CREDENTIALS_DIRECTORY";
    private const string CredentialName = "admin-socket-token";
    private const int LongestBytes = 4096;

    /// <summary>Reads the token and takes it out of this process's environment: no child gets it. Call it once, at start.</summary>
    public static AdminTokenResult Take()
    {
        var fromEnvironment = SecretEnvironment.Take(Variable);
        var credentials = Environment.GetEnvironmentVariable(CredentialsVariable);
        return Choose(fromEnvironment, string.IsNullOrEmpty(credentials) ? null : Path.Combine(credentials, CredentialName));
    }

    /// <summary>Decides between both sources.</summary>
    /// <param name="fromEnvironment">The variable's bytes; <c>null</c> when it is not set.</param>
    /// <param name="credentialPath">The credential's file, which need not exist; <c>null</c> when there are no credentials.</param>
    internal static AdminTokenResult Choose(byte[]? fromEnvironment, string? credentialPath)
    {
        byte[]? fromCredential;
        try
        {
            fromCredential = credentialPath is null ? null : ReadCredential(credentialPath);
        }
        catch (IOException exception)
        {
            return new AdminTokenResult.Invalid($"the credential {CredentialName} can't be read: {exception.Message}");
        }

        if (fromEnvironment is not null && fromCredential is not null
            && !CryptographicOperations.FixedTimeEquals(fromEnvironment, fromCredential))
        {
            return new AdminTokenResult.Invalid($"{Variable} and the credential {CredentialName} are both set and differ; keep one");
        }

        return (fromCredential ?? fromEnvironment) is { } token
            ? Check(token, fromCredential is null ? Variable : $"the credential {CredentialName}")
            : new AdminTokenResult.None();
    }

    private static AdminTokenResult Check(byte[] token, string source) => AdminToken.Problem(token) is { } problem
        ? new AdminTokenResult.Invalid($"{source} {problem}")
        : new AdminTokenResult.Found(new AdminToken(token));

    private static byte[]? ReadCredential(string path)
    {
        if (FileStatus.Following(path) is null)
        {
            return null;
        }

        using var handle = GuardedFile.OpenForReading(path, followLinks: true);
        if (FileStatus.Of(handle) is not { Type: FileType.Regular, Size: <= LongestBytes } status)
        {
            throw new IOException("it is not a small regular file");
        }

        var bytes = new byte[status.Size];
        var read = RandomAccess.Read(handle, bytes, 0);
        return WithoutLineEnd(bytes.AsSpan(0, read)).ToArray();
    }

    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [.. var text, (byte)'\r', (byte)'\n'] => text,
        [.. var text, (byte)'\n'] => text,
        _ => bytes,
    };
}
