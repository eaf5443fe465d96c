using System.Diagnostics;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class TlsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-tls1_3", "TLSv1.3")]
    [InlineData("-tls1_2", "TLSv1.2")]
    public async Task Both_versions_are_spoken_and_sessions_resume_also_after_a_reload(string version, string name)
    {
        Requires.Program("openssl");
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        var session = proxy.Folder["session.pem"];

        var first = await ConnectAsync(proxy, version, "-sess_out", session);
        Assert.Contains($"New, {name}", first.Output, StringComparison.Ordinal);
        Assert.Contains($"Reused, {name}", (await ConnectAsync(proxy, version, "-sess_in", session)).Output, StringComparison.Ordinal);

        proxy.WriteConfig(proxy.Config with { Burst = 7 });
        Assert.Contains("status=success", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        Assert.Contains($"Reused, {name}", (await ConnectAsync(proxy, version, "-sess_in", session)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_1")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305")]
    public async Task Old_versions_and_suites_are_refused(string options)
    {
        Requires.Program("openssl");
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);

        var result = await ConnectAsync(proxy, options.Split(' '));

        Assert.Contains("Cipher is (NONE)", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_gets_the_alert_and_no_name_gets_the_certificate()
    {
        Requires.Program("openssl");
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);

        var unknown = await RunAsync(proxy, "-servername", "nobody.test");
        Assert.Contains("unrecognized name", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("New, TLSv1.3", (await RunAsync(proxy, "-noservername")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_exclusive_to_another_listener_is_refused_although_the_certificate_covers_it()
    {
        Requires.Program("openssl");
        await using var upstream = await TestUpstream.StartAsync("a");
        var port = FreePorts.Take(1)[0];
        using var folder = new TempDirectory();
        using var certificate = TestCertificates.SelfSigned("*.test");
        var (cert, key) = certificate.WriteTo(folder);
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with
        {
            Listeners =
            [
                config.Listeners[0] with { CertPath = cert, KeyPath = key },
                new ListenerText(port, cert, key, new SiteText("only.test", upstream.Address)) { BindAddr = "127.0.0.2", More = "exclusive = true" },
            ],
        });

        Assert.Contains("unrecognized name", (await RunAsync(proxy, "-servername", "only.test")).Error, StringComparison.Ordinal);
        Assert.Contains("New, TLSv1.3", (await RunAsync(proxy, "-servername", "any.test")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AES128-SHA")]
    [InlineData("ECDHE-RSA-CHACHA20-POLY1305")]
    public async Task An_upstream_may_speak_suites_that_clients_may_not(string suite)
    {
        Requires.Program("openssl");
        using var folder = new TempDirectory();
        using var certificate = TestCertificates.SelfSigned(TestKeyAlgorithm.Rsa, "127.0.0.1");
        var (cert, key) = certificate.WriteTo(folder, "upstream");
        var ports = FreePorts.Take(2);
        using var upstream = Process.Start(
            new ProcessStartInfo("openssl", ["s_server", "-accept", $"127.0.0.1:{ports[0]}", "-cert", cert, "-key", key, "-tls1_2", "-cipher", suite, "-www"])
            {
                RedirectStandardOutput = true,
            })!;
        try
        {
            // The first line is ACCEPT, once it listens.
            await upstream.StandardOutput.ReadLineAsync(Ct);
            var site = new SiteText(RunningProxy.Host, $"127.0.0.1:{ports[0]}", "upstream_scheme = \"https\"");
            using var own = TestCertificates.SelfSigned(RunningProxy.Host);
            var (ownCert, ownKey) = own.WriteTo(folder);
            var config = new ProxyConfigText { Listeners = [new ListenerText(ports[1], ownCert, ownKey, [site]) { HttpPort = 0 }] };
            await using var proxy = ProxyProcess.Start(
                ["--config", folder.Write("config.toml", config.ToString())], new Dictionary<string, string?> { ["SSL_CERT_FILE"] = cert });
            await proxy.LineAsync(" READY ", Ct);

            var answer = await ToolProcess.RunAsync(
                "curl", ["-sk", "--resolve", $"{RunningProxy.Host}:{ports[1]}:127.0.0.1", $"https://{RunningProxy.Host}:{ports[1]}/"], Ct);

            Assert.Contains($"Cipher    : {suite}", answer.Output, StringComparison.Ordinal);
        }
        finally
        {
            upstream.Kill();
        }
    }

    private static Task<ToolProcess.Result> ConnectAsync(RunningProxy proxy, params string[] options) =>
        RunAsync(proxy, ["-servername", RunningProxy.Host, .. options]);

    // A request, so that TLS 1.3's tickets, which follow the handshake, arrive before the end.
    private static Task<ToolProcess.Result> RunAsync(RunningProxy proxy, params string[] options) => ToolProcess.RunAsync(
        "openssl",
        ["s_client", "-connect", $"127.0.0.1:{proxy.HttpsPort}", "-ign_eof", .. options],
        Ct,
        $"GET / HTTP/1.1\r\nHost: {RunningProxy.Host}\r\nConnection: close\r\n\r\n");
}
