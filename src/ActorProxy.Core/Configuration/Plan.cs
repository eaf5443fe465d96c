using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorProxy.Core.Configuration;

/// <summary>What an operator validated, as one hash: <c>reload if-plan</c> applies only if it is still the same.</summary>
public static class Plan
{
    /// <summary>Hashes the running revision, the file's bytes and the certificates' bytes.</summary>
    /// <param name="runningRevision">What is live.</param>
    /// <param name="candidate">What was loaded and not yet applied.</param>
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string Of(long runningRevision, Snapshot candidate)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"revision {runningRevision}\nfile {candidate.Sha256}\n");
        foreach (var (listener, certificate) in candidate.Certificates.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"certificate {listener} {certificate.Sha256}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
