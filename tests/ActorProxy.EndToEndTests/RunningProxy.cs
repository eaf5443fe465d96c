using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ActorProxy.TestKit;

namespace ActorProxy.EndToEndTests;

/// <summary>The program in front of upstreams, with a folder and ports of its own.</summary>
internal sealed class RunningProxy : IAsyncDisposable
{
    public const string Host = "site.test";

    private ProxyConfigText _config;

    private RunningProxy(TempDirectory folder, ProxyConfigText config, int httpsPort, int httpPort)
    {
        Folder = folder;
        _config = config;
        HttpsPort = httpsPort;
        HttpPort = httpPort;
    }

    public TempDirectory Folder { get; }

    public int HttpsPort { get; }

    public int HttpPort { get; }

    public ProxyProcess Process { get; private set; } = null!;

    public ProxyConfigText Config => _config;

    public string ConfigPath => Folder["config.toml"];

    public string CertPath => Folder["site.crt"];

    public string KeyPath => Folder["site.key"];

    /// <summary>One listener with a redirect, and <see cref="Host"/> in front of an upstream. With a stdout elsewhere nobody awaits that it is ready.</summary>
    public static Task<RunningProxy> StartAsync(TestUpstream upstream, CancellationToken cancellationToken, string site = "", Func<ProxyConfigText, ProxyConfigText>? change = null, string ready = " READY ", Dictionary<string, string?>? environment = null, string? stdout = null, string[]? arguments = null) =>
        StartAsync([new SiteText(Host, upstream.Address, site)], cancellationToken, change, ready, environment, stdout, arguments);

    public static async Task<RunningProxy> StartAsync(
        SiteText[] sites, CancellationToken cancellationToken, Func<ProxyConfigText, ProxyConfigText>? change = null, string ready = " READY ", Dictionary<string, string?>? environment = null, string? stdout = null, string[]? arguments = null)
    {
        var folder = new TempDirectory();
        var ports = FreePorts.Take(2);
        var (cert, key) = WriteCertificate(folder, [.. sites.Select(site => site.Host)]);
        var config = new ProxyConfigText { Listeners = [new ListenerText(ports[0], cert, key, sites) { HttpPort = ports[1] }] };
        var running = new RunningProxy(folder, change?.Invoke(config) ?? config, ports[0], ports[1]);
        running.WriteConfig(running._config);
        running.Process = stdout is null
            ? await ProxyProcess.StartReadyAsync(running.ConfigPath, cancellationToken, ready, environment, arguments)
            : ProxyProcess.StartInto(stdout, ["--config", running.ConfigPath]);
        return running;
    }

    /// <summary>Writes beside, then renames: as an operator should.</summary>
    public void WriteConfig(ProxyConfigText config)
    {
        _config = config;
        WriteConfigText(config.ToString());
    }

    public void WriteConfigText(string text)
    {
        File.WriteAllText(ConfigPath + ".new", text);
        File.Move(ConfigPath + ".new", ConfigPath, overwrite: true);
    }

    /// <summary>Puts a new certificate into the files that the configuration names.</summary>
    public void RenewCertificate() => WriteCertificate(Folder, [Host]);

    /// <summary>SIGHUP, then the line that says how it ended.</summary>
    public async Task<string> ReloadAsync(CancellationToken cancellationToken)
    {
        var before = Process.Count(" CONFIG_RELOAD ");
        Process.Signal(ProxyProcess.Hangup);
        return await Process.LineAsync(" CONFIG_RELOAD ", cancellationToken, before + 1);
    }

    /// <summary>A client that trusts any certificate and connects here, whatever the host of the URL.</summary>
    public HttpClient Client(Version? version = null, int? port = null, Action? connecting = null) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (_, cancellationToken) =>
        {
            connecting?.Invoke();
            return new NetworkStream(await ConnectAsync(port ?? HttpsPort, cancellationToken), ownsSocket: true);
        },
        UseProxy = false,
        AllowAutoRedirect = false,
    })
    {
        BaseAddress = new Uri($"https://{Host}"),
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>A TLS connection, for requests that no client library would send.</summary>
    public async Task<SslStream> ConnectTlsAsync(CancellationToken cancellationToken, string host = Host, int? port = null)
    {
        var stream = new SslStream(new NetworkStream(await ConnectAsync(port ?? HttpsPort, cancellationToken), ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = (_, _, _, _) => true }, cancellationToken);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Folder.Dispose();
    }

    private static (string Cert, string Key) WriteCertificate(TempDirectory folder, string[] names)
    {
        using var certificate = TestCertificates.SelfSigned(names);
        return certificate.WriteTo(folder);
    }

    private static async Task<Socket> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return socket;
    }
}
