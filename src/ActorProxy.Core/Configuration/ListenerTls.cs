using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration;

/// <summary>The <c>[listeners.tls]</c> table: one of its modes.</summary>
public abstract record ListenerTls
{
    private ListenerTls()
    {
    }

    /// <summary>Certificate and key from files that the operator renews.</summary>
    /// <param name="CertPath">PEM file with the chain, leaf first.</param>
    /// <param name="KeyPath">PEM file with the private key.</param>
    public sealed record Manual(string CertPath, string KeyPath) : ListenerTls;

    /// <summary>Certificate from an ACME directory.</summary>
    public sealed record Acme : ListenerTls
    {
        /// <summary>Host names of the certificate; not empty.</summary>
        public required ImmutableArray<string> AcmeDomains { get; init; }

        /// <summary><c>mailto:</c> URL of the account.</summary>
        public required string AcmeContact { get; init; }

        /// <summary><c>production</c>, <c>staging</c> or an https URL.</summary>
        public string AcmeDirectory { get; init; } = "production";

        /// <summary>Absolute directory of account key and certificates.</summary>
        public string AcmeCacheDir { get; init; } = "/var/lib/actor-proxy/acme";
    }
}
