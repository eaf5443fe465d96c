using System.Security.Cryptography.X509Certificates;

namespace ActorProxy.DataPlane.Tls;

/// <summary>The names that a certificate was issued for.</summary>
internal static class CertificateNames
{
    /// <summary>Whether a DNS name of the certificate covers a host, a wildcard standing for one label.</summary>
    /// <param name="certificate">The leaf.</param>
    /// <param name="host">Anything that a client sent, in lower case.</param>
    public static bool Cover(X509Certificate2 certificate, string host) =>
        Uri.CheckHostName(host) == UriHostNameType.Dns && certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false);
}
