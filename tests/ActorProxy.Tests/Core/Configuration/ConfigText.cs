using ActorProxy.TestKit;

namespace ActorProxy.Tests.Core.Configuration;

/// <summary>A good configuration to begin with, over a certificate on disk.</summary>
internal sealed class ConfigText
{
    public ConfigText(TempDirectory directory)
    {
        using var certificate = TestCertificates.SelfSigned("git.example.com");
        (CertPath, KeyPath) = certificate.WriteTo(directory);
    }

    public string CertPath { get; }

    public string KeyPath { get; }

    public string Minimal => $"""
        [rate_limit]
        requests_per_second = 10
        burst = 20

        [body]
        limit_bytes = 104857600

        [[listeners]]
        bind_addr = "127.0.0.1"
        http_port = 8080
        https_port = 8443

        [listeners.tls]
        mode = "manual"
        cert_path = "{CertPath}"
        key_path = "{KeyPath}"

        [[listeners.sites]]
        host = "git.example.com"
        upstream = "127.0.0.1:3000"

        """;
}
