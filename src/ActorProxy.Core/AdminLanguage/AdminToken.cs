using System.Security.Cryptography;
using System.Text;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>The shared secret that commands begin with, kept as a hash. Its own text is nowhere after construction.</summary>
public sealed class AdminToken
{
    /// <summary>The shortest token that is taken.</summary>
    public const int ShortestLength = 16;

    private readonly byte[] _hash;
    private readonly int _prefixBytes;

    /// <summary>Takes a token that was checked (<see cref="AdminTokenSource"/>).</summary>
    /// <param name="token">The token as UTF-8.</param>
    internal AdminToken(ReadOnlySpan<byte> token)
    {
        byte[] prefix = [.. token, (byte)':'];
        _prefixBytes = prefix.Length;
        _hash = SHA256.HashData(prefix);
        CryptographicOperations.ZeroMemory(prefix);
    }

    /// <summary>Says what is wrong with a token; <c>null</c> when nothing is.</summary>
    internal static string? Problem(ReadOnlySpan<byte> token)
    {
        var text = Encoding.UTF8.GetString(token);
        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '\uFFFD'))
        {
            return "must not contain blanks, control characters or anything but UTF-8";
        }

        return text.Length < ShortestLength ? $"must have at least {ShortestLength} characters" : null;
    }

    /// <summary>
    /// Cuts <c>TOKEN:</c> off a line. The whole prefix is compared at once, by hashes and in constant time: a token may hold colons,
    /// and a wrong one takes as long wherever it differs.
    /// </summary>
    /// <param name="line">The line; without its prefix afterwards when that was right.</param>
    /// <returns>Whether it was right.</returns>
    internal bool TryRemove(ref ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line[..Math.Min(line.Length, _prefixBytes)], hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, _hash))
        {
            return false;
        }

        line = line[_prefixBytes..];
        return true;
    }
}
