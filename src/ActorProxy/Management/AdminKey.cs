using System.Security.Cryptography;
using System.Text;
using ActorProxy.Core.Linux;

namespace ActorProxy.Management;

/// <summary>The key of the HTTP admin API. Only its hash is kept; comparing takes the same time for every wrong key.</summary>
internal sealed class AdminKey
{
    private const int NewKeyBytes = 32;

    private readonly string _path;
    private byte[] _hash;

    private AdminKey(string path, byte[] hash)
    {
        _path = path;
        _hash = hash;
    }

    /// <summary>Reads the file of <c>admin_key_path</c>.</summary>
    /// <exception cref="IOException">It can't be used; the message says what to change.</exception>
    public static AdminKey Load(string path) => new(path, SHA256.HashData(SecretFile.Read(path)));

    public bool Matches(ReadOnlySpan<char> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString()), hash);
        return CryptographicOperations.FixedTimeEquals(hash, Volatile.Read(ref _hash));
    }

    /// <summary>A new key of 256 bits, in hex. It holds until restart, when the file is read again.</summary>
    public string Rotate()
    {
        var key = RandomNumberGenerator.GetHexString(NewKeyBytes * 2, lowercase: true);
        Volatile.Write(ref _hash, SHA256.HashData(Encoding.ASCII.GetBytes(key)));
        return key;
    }

    /// <summary>Whether a restart would keep the key that holds now.</summary>
    public bool AgreesWithFile()
    {
        try
        {
            return CryptographicOperations.FixedTimeEquals(SHA256.HashData(SecretFile.Read(_path)), Volatile.Read(ref _hash));
        }
        catch (IOException)
        {
            // Missing, or no longer usable: the next start would refuse it.
            return false;
        }
    }
}
