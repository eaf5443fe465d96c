using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorProxy.CommandLine;
using ActorProxy.Core.Linux;

namespace ActorProxy.Demo;

/// <summary>The folder that <c>demo</c> makes for its configuration, certificate and admin socket; gone at its end.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _socketFolder;

    private DemoFolder(string path, string socketFolder)
    {
        Path = path;
        _socketFolder = socketFolder;
    }

    public string Path { get; }

    public string ConfigPath => System.IO.Path.Combine(Path, "config.toml");

    public string SocketPath => System.IO.Path.Combine(_socketFolder, "admin.sock");

    public static DemoFolder Create()
    {
        var path = Directory.CreateTempSubdirectory("actor-proxy-demo-").FullName;   // mkdtemp(3): a new name, 0700
        return new DemoFolder(path, RuntimeFolder() is { } runtime ? System.IO.Path.Combine(runtime, "actor-proxy") : path);
    }

    public void Write(Command.Demo ports, int upstreamPort, TimeProvider time)
    {
        WriteCertificate(time);
        WriteSecret(ConfigPath, $"""
            # Edit me, then: kill -HUP {Environment.ProcessId}
            health_check_port = {ports.HealthPort}
            admin_socket_path = "{SocketPath}"

            [admin]
            base_dirs = ["{_socketFolder}", "{System.IO.Path.GetDirectoryName(_socketFolder)}"]

            [rate_limit]
            requests_per_second = 100
            burst = 200

            [body]
            limit_bytes = 104857600

            [[listeners]]
            bind_addr = "127.0.0.1"
            https_port = {ports.HttpsPort}
            http_port = {ports.HttpPort}

            [listeners.tls]
            mode = "manual"
            cert_path = "{Path}/cert.pem"
            key_path = "{Path}/key.pem"

            [[listeners.sites]]
            host = "localhost"
            upstream = "127.0.0.1:{upstreamPort}"

            """);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    // Only when it is what the specification of XDG_RUNTIME_DIR promises: ours alone.
    private static string? RuntimeFolder()
    {
        var folder = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return folder is ['/', ..] && FileStatus.AtPath(folder) is { Type: FileType.Directory, Mode: 0x1c0 } status && status.Uid == CurrentUser.Uid
            ? folder.TrimEnd('/')
            : null;
    }

    private static void WriteSecret(string path, string text)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Secret });
        using var writer = new StreamWriter(file);
        writer.Write(text);
    }

    private void WriteCertificate(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(30));
        WriteSecret(System.IO.Path.Combine(Path, "cert.pem"), certificate.ExportCertificatePem());
        WriteSecret(System.IO.Path.Combine(Path, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
