using System.Diagnostics;
using System.Net.Sockets;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>Somebody who may write to the directory works against a proxy that starts, binds again and stops.</summary>
public sealed class AdminSocketAttackTests
{
    private const int Restarts = 6;

    // Puts one after the other to the path: a dead socket, a link to a precious file, a directory, a live foreign socket, nothing.
    private const string Swap = """
        import os, random, socket, sys, time
        path, precious, foreign = sys.argv[1:4]
        def clear():
            try: os.unlink(path)
            except IsADirectoryError: os.rmdir(path)
        def dead():
            s = socket.socket(socket.AF_UNIX); s.bind(path); s.close()
        puts = [dead, lambda: os.symlink(precious, path), lambda: os.mkdir(path), lambda: os.link(foreign, path), lambda: None]
        while True:
            try: clear()
            except OSError: pass
            try: random.choice(puts)()
            except OSError: pass
            time.sleep(random.choice([0, 0.0002, 0.002, 0.02]))
        """;

    // Until its input ends.
    private const string Stare = """
        import os, stat, sys, threading
        seen, ended = set(), threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set())).start()
        print("staring", flush=True)
        while not ended.is_set():
            try: status = os.lstat(sys.argv[1])
            except FileNotFoundError: continue
            if stat.S_ISSOCK(status.st_mode): seen.add(status.st_mode & 0o7777)
        print(*sorted(oct(mode) for mode in seen))
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_swapped_in_over_restarts_nothing_precious_goes_and_the_socket_works_in_the_end()
    {
        Requires.Program("python3");
        await using var proxy = await AdministeredProxy.StartAsync(Ct);
        await proxy.Proxy.Process.StopAsync(Ct);
        var precious = proxy.Proxy.Folder.Write("precious", "keep me");
        using var foreign = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        foreign.Bind(new UnixDomainSocketEndPoint(proxy.Proxy.Folder["foreign.sock"]));
        foreign.Listen();

        using (var attacker = Python(Swap, proxy.Socket, precious, proxy.Proxy.Folder["foreign.sock"]))
        {
            await RestartAsync(proxy.Proxy.ConfigPath);
            attacker.Kill();
            await attacker.WaitForExitAsync(Ct);
        }

        Assert.Equal("keep me", await File.ReadAllTextAsync(precious, Ct));
        Assert.False(foreign.Poll(0, SelectMode.SelectRead), "the foreign listener saw a connection");
        CleanUp(proxy.Socket);
        await using var last = await ProxyProcess.StartReadyAsync(proxy.Proxy.ConfigPath, Ct);
        await last.LineAsync("ADMIN_SOCKET status=bound", Ct);
        Assert.Contains("\"ok\"", await proxy.AskAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_glance_at_the_path_sees_a_wider_mode_over_restarts_and_while_it_is_bound_again()
    {
        Requires.Program("python3");
        await using var proxy = await AdministeredProxy.StartAsync(Ct, admin: "socket_mode = \"0660\"");
        using var stare = Python(Stare, proxy.Socket);
        Assert.Equal("staring", await stare.StandardOutput.ReadLineAsync(Ct));
        for (var bound = 2; bound <= 4; bound++)
        {
            File.Delete(proxy.Socket);
            await proxy.Proxy.Process.LineAsync("ADMIN_SOCKET status=bound", Ct, bound);
        }

        await proxy.Proxy.Process.StopAsync(Ct);
        await RestartAsync(proxy.Proxy.ConfigPath);

        stare.StandardInput.Close();
        var modes = (await stare.StandardOutput.ReadToEndAsync(Ct)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("0o660", modes);
        Assert.Empty(modes.Except(["0o600", "0o660"]));
    }

    private static async Task RestartAsync(string configPath)
    {
        for (var round = 0; round < Restarts; round++)
        {
            await using var proxy = ProxyProcess.Start(["--config", configPath]);
            await proxy.LineAsync(" ADMIN_SOCKET status=", Ct);
            await proxy.LineAsync(" READY ", Ct);
            if (round % 3 != 2)
            {
                Assert.Equal(0, await proxy.StopAsync(Ct));
            }
        }
    }

    private static void CleanUp(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static Process Python(string script, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("python3", ["-c", script, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
