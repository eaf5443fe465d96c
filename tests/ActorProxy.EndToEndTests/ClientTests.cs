using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>Clients that nobody here wrote, doing what they do all day.</summary>
public sealed class ClientTests
{
    private static readonly string Clients = Path.Combine(Repository.Root, "tests", "ActorProxy.EndToEndTests", "clients");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_websocket_client_gets_every_message_back()
    {
        Requires.Program("node");
        Requires.Folder(Path.Combine(Clients, "node_modules"), "npm ci");
        await using var upstream = await TestUpstream.StartAsync(EchoMessages);
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);

        var result = await ToolProcess.RunAsync("node", [Path.Combine(Clients, "websocket.mjs"), $"{proxy.HttpsPort}", RunningProxy.Host], Ct);

        Assert.Equal("echoed 4 closed 1000", result.Output.Trim());
    }

    [Fact]
    public async Task Curl_moves_a_gigabyte_up_and_down_with_equal_hashes_in_bounded_memory()
    {
        Requires.Program("curl");
        await using var upstream = await TestUpstream.StartAsync(StoreOrServe);
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        var file = proxy.Folder["gigabyte"];
        var sent = await WriteRandomAsync(file, 1L << 30);
        string[] common = ["-sk", "--fail", "--connect-to", $"::127.0.0.1:{proxy.HttpsPort}", $"https://{RunningProxy.Host}/"];
        using var watching = new CancellationTokenSource();
        var peak = PeakMemoryAsync(proxy.Process.Pid, watching.Token);

        var up = await ToolProcess.RunAsync("curl", [.. common, "--http2", "-T", file], Ct);
        Assert.Equal(sent, up.Output);
        File.Delete(file);
        var down = await ToolProcess.RunAsync("curl", [.. common, "--http1.1", "-o", file], Ct);
        Assert.Equal(0, down.ExitCode);
        await using (var received = File.OpenRead(file))
        {
            Assert.Equal(DownloadHash(), Convert.ToHexStringLower(await SHA256.HashDataAsync(received, Ct)));
        }

        await watching.CancelAsync();
        Assert.InRange(await peak, 1, 200L << 20);
    }

    [Fact]
    public async Task Git_pushes_and_clones_two_hundred_megabytes_over_http2()
    {
        Requires.Program("git");
        Requires.Program("lighttpd");
        using var folder = new TempDirectory();
        var port = FreePorts.Take(1)[0];
        using var lighttpd = Process.Start(new ProcessStartInfo("lighttpd", ["-D", "-f", folder.Write("lighttpd.conf", $$"""
            server.modules = ("mod_alias", "mod_setenv", "mod_cgi")
            server.document-root = "{{folder.Path}}"
            server.bind = "127.0.0.1"
            server.port = {{port}}
            server.stream-request-body = 0
            server.stream-response-body = 1
            server.max-request-size = 0
            alias.url = ( "/git" => "/usr/lib/git-core/git-http-backend" )
            cgi.assign = ( "" => "" )
            setenv.add-environment = ( "GIT_PROJECT_ROOT" => "{{folder.Path}}", "GIT_HTTP_EXPORT_ALL" => "1", "REMOTE_USER" => "t" )
            """)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            await using var proxy = await RunningProxy.StartAsync([new SiteText(RunningProxy.Host, $"127.0.0.1:{port}")], Ct);
            await GitAsync(proxy, folder.Path, "init", "-q", "--bare", "origin.git");
            await GitAsync(proxy, folder["origin.git"], "config", "http.receivepack", "true");
            await GitAsync(proxy, folder.Path, "init", "-q", "-b", "main", "work");
            await WriteRandomAsync(folder["work/blob"], 200L << 20);
            await GitAsync(proxy, folder["work"], "add", "blob");
            await GitAsync(proxy, folder["work"], "commit", "-q", "-m", "random");

            await GitAsync(proxy, folder["work"], "push", "-q", $"https://{RunningProxy.Host}/git/origin.git", "main");
            await GitAsync(proxy, folder.Path, "clone", "-q", "-b", "main", $"https://{RunningProxy.Host}/git/origin.git", "clone");

            Assert.Equal(await HashAsync(folder["work/blob"]), await HashAsync(folder["clone/blob"]));
        }
        finally
        {
            lighttpd.Kill();
        }
    }

    [Fact]
    public async Task Chromium_loads_a_page_with_fifty_resources()
    {
        Requires.Program("chromium");
        await using var upstream = await TestUpstream.StartAsync(Page);
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var profile = new TempDirectory();

        var result = await ToolProcess.RunAsync(
            "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", $"--user-data-dir={profile.Path}", "--ignore-certificate-errors",
                $"--host-resolver-rules=MAP {RunningProxy.Host} 127.0.0.1:{proxy.HttpsPort}", "--virtual-time-budget=20000", "--dump-dom", $"https://{RunningProxy.Host}/",
            ],
            Ct);

        Assert.Contains("loaded 50 over h2", result.Output, StringComparison.Ordinal);
    }

    private static async Task Page(HttpContext context)
    {
        if (context.Request.Path != "/")
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync(new string('x', 10_000));
            return;
        }

        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync("""
            <p id="result"></p><script>
            Promise.all([...Array(50).keys()].map(i => fetch('/r' + i).then(r => r.text())))
              .then(all => {
                const protocols = new Set(performance.getEntriesByType('resource').map(r => r.nextHopProtocol));
                document.getElementById('result').textContent =
                  'loaded ' + all.filter(t => t.length === 10000).length + ' over ' + [...protocols].join();
              });
            </script>
            """);
    }

    private static async Task EchoMessages(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is var received && received.MessageType != WebSocketMessageType.Close)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    // PUT: the hash of what arrived. GET: a gigabyte.
    private static async Task StoreOrServe(HttpContext context)
    {
        if (context.Request.Method == "PUT")
        {
            await context.Response.WriteAsync(Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted)));
            return;
        }

        context.Response.ContentLength = 1L << 30;
        var block = Block();
        for (var sent = 0L; sent < 1L << 30; sent += block.Length)
        {
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
        }
    }

    private static string DownloadHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = Block();
        for (var at = 0; at < 1024; at++)
        {
            hash.AppendData(block);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Block()
    {
        var block = new byte[1 << 20];
        new Random(7).NextBytes(block);
        return block;
    }

    private static async Task<string> WriteRandomAsync(string path, long bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path);
        var block = new byte[1 << 20];
        var random = new Random(1);
        for (var written = 0L; written < bytes; written += block.Length)
        {
            random.NextBytes(block);
            hash.AppendData(block);
            await file.WriteAsync(block, Ct);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, Ct));
    }

    private static async Task<long> PeakMemoryAsync(int pid, CancellationToken stop)
    {
        var peak = 0L;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                using var process = Process.GetProcessById(pid);
                peak = Math.Max(peak, process.WorkingSet64);
            }
        }
        catch (OperationCanceledException)
        {
            return peak;
        }

        return peak;
    }

    private static async Task GitAsync(RunningProxy proxy, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["HOME"] = proxy.Folder.Path,
            ["GIT_AUTHOR_NAME"] = "t",
            ["GIT_AUTHOR_EMAIL"] = "t@site.test",
            ["GIT_COMMITTER_NAME"] = "t",
            ["GIT_COMMITTER_EMAIL"] = "t@site.test",
            ["GIT_CONFIG_COUNT"] = "5",
            ["GIT_CONFIG_KEY_0"] = "http.sslVerify",
            ["GIT_CONFIG_VALUE_0"] = "false",
            ["GIT_CONFIG_KEY_1"] = "http.curloptResolve",
            ["GIT_CONFIG_VALUE_1"] = $"{RunningProxy.Host}:{proxy.HttpsPort}:127.0.0.1",
            ["GIT_CONFIG_KEY_2"] = "core.compression",
            ["GIT_CONFIG_VALUE_2"] = "0",
            ["GIT_CONFIG_KEY_3"] = "http.version",
            ["GIT_CONFIG_VALUE_3"] = "HTTP/2",
            ["GIT_CONFIG_KEY_4"] = $"url.https://{RunningProxy.Host}:{proxy.HttpsPort}/.insteadOf",
            ["GIT_CONFIG_VALUE_4"] = $"https://{RunningProxy.Host}/",
        })
        {
            start.Environment[name] = value;
        }

        var result = await ToolProcess.RunAsync(start, Ct);
        Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.Error}");
    }
}
