using System.Diagnostics;
using System.Text.Json;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class AdminSocketTests
{
    private const string NoSlot = """{"status":"error","message":"busy"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_that_nobody_here_wrote_get_their_line()
    {
        Requires.Program("socat");
        Requires.Program("nc");
        Requires.Program("python3");
        await using var proxy = await AdministeredProxy.StartAsync(Ct);
        const string Python = "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ns.sendall(b'status\\n')\nprint(s.makefile().read(),end='')";

        var socat = await ToolProcess.RunAsync("socat", ["-", $"UNIX-CONNECT:{proxy.Socket}"], Ct, "status\n");
        var netcat = await ToolProcess.RunAsync("nc", ["-U", "-N", proxy.Socket], Ct, "status\n");
        var python = await ToolProcess.RunAsync("python3", ["-c", Python, proxy.Socket], Ct);
        var ctl = await proxy.CtlAsync("--json", "status");

        foreach (var result in new[] { socat, netcat, python, ctl })
        {
            Assert.Equal(0, result.ExitCode);
            Assert.Equal(1, JsonDocument.Parse(result.Output).RootElement.GetProperty("revision").GetInt64());
            Assert.EndsWith("}\n", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_command_is_answered_in_its_form()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct);
        proxy.Proxy.WriteConfig(proxy.Proxy.Config with { Burst = 77, HealthPort = FreePorts.Take(1)[0] });

        var validated = await proxy.AnswerAsync("validate");
        Assert.Equal("[\"rate_limit.burst\"]", validated.GetProperty("changes").GetProperty("settings_changed").GetRawText());
        Assert.Equal("[\"health_check_port\"]", validated.GetProperty("changes").GetProperty("restart_required").GetRawText());
        Assert.False((await proxy.AnswerAsync("diff")).TryGetProperty("plan", out _));

        var reloaded = await proxy.AnswerAsync($"reload if-plan {validated.GetProperty("plan").GetString()}");
        Assert.Equal((2, true), (reloaded.GetProperty("revision").GetInt64(), reloaded.GetProperty("changed").GetBoolean()));
        Assert.Equal("static fields changed (restart required): health_check_port", reloaded.GetProperty("message").GetString());
        Assert.Equal("""{"status":"error","message":"plan is stale"}""", await proxy.AskAsync($"reload if-plan {validated.GetProperty("plan").GetString()}"));

        Assert.Equal("""{"status":"ok","revision":3,"restored":1}""", await proxy.AskAsync("rollback"));
        Assert.Equal("""{"status":"error","message":"unknown revision"}""", await proxy.AskAsync("rollback 99"));
        Assert.Equal("""{"status":"error","message":"nothing to confirm"}""", await proxy.AskAsync("confirm"));
        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync("log-level debug"));
        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync("log-reopen"));
        Assert.Equal(RunningProxy.Host, (await proxy.AnswerAsync("sites")).GetProperty("sites")[0].GetProperty("host").GetString());
        Assert.Contains("actor_proxy_config_revision 3\n", (await proxy.AnswerAsync("metrics")).GetProperty("metrics").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            (await proxy.AnswerAsync("actors")).GetProperty("actors").EnumerateArray(),
            actor => actor.GetProperty("path").GetString() == "config" && actor.GetProperty("state").GetString() == "running");

        proxy.Proxy.WriteConfigText("nonsense");
        Assert.Matches("""^{"status":"error","message":"config invalid","errors":[1-9][0-9]*,"error_id":"[0-9a-f]+"}$""", await proxy.AskAsync("validate"));
        var failed = await proxy.AnswerAsync("reload");
        Assert.Equal("reload failed", failed.GetProperty("message").GetString());
        await proxy.Proxy.Process.LineAsync($"error_id={failed.GetProperty("error_id").GetString()}", Ct, atLeast: 2);

        var history = (await proxy.AnswerAsync("history")).GetProperty("reloads");
        Assert.Equal(
            ["failed", "failed", "applied", "failed", "applied", "applied"],
            history.EnumerateArray().Select(entry => entry.GetProperty("outcome").GetString()));
        Assert.Equal(Environment.ProcessId, history[0].GetProperty("peer").GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task Shutdown_is_answered_and_the_stop_is_clean()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct);

        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync("shutdown"));

        Assert.Equal(0, await proxy.Proxy.Process.ExitAsync(Ct));
        Assert.False(File.Exists(proxy.Socket));
    }

    [Fact]
    public async Task What_a_killed_proxy_left_is_removed_by_the_next_one()
    {
        await using var first = await AdministeredProxy.StartAsync(Ct);
        first.Proxy.Process.Signal(9);
        await first.Proxy.Process.ExitAsync(Ct);
        Assert.True(File.Exists(first.Socket));

        await using var second = await ProxyProcess.StartReadyAsync(first.Proxy.ConfigPath, Ct);

        await second.LineAsync("removed%20the%20dead%20socket", Ct);
        Assert.Contains("\"ok\"", await first.AskAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_proxy_with_the_same_path_runs_without_it_and_disturbs_nothing()
    {
        await using var first = await AdministeredProxy.StartAsync(Ct);
        await using var upstream = await TestUpstream.StartAsync("b");
        await using var second = await RunningProxy.StartAsync(
            upstream, Ct, change: config => config with { AdminSocket = first.Socket, Admin = first.Proxy.Config.Admin });

        await second.Process.LineAsync("ADMIN_SOCKET status=refused", Ct);
        Assert.Equal(0, await second.Process.StopAsync(Ct));

        Assert.Contains("\"ok\"", await first.AskAsync("status"), StringComparison.Ordinal);
        Assert.Equal(0, first.Proxy.Process.Count("status=lost"));
    }

    [Fact]
    public async Task With_every_descriptor_taken_root_is_answered_within_a_second()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct, admin: "max_connections = 3");
        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync("debug fds 2000000 30"));
        var metrics = (await proxy.AnswerAsync("metrics")).GetProperty("metrics").GetString()!;
        // What is left is the runtime's: without a descriptor it could start no thread, and would end the process.
        Assert.InRange(Metric(metrics, "actor_proxy_max_fds") - Metric(metrics, "actor_proxy_open_fds"), 16, 50);

        for (var time = 0; time < 20; time++)
        {
            foreach (var command in new[] { "status", "help", "metrics" })
            {
                Assert.Contains("\"ok\"", await proxy.AskAsync(command).WaitAsync(TimeSpan.FromSeconds(1), Ct), StringComparison.Ordinal);
            }
        }

        File.Delete(proxy.Socket);
        await proxy.Proxy.Process.LineAsync("ADMIN_SOCKET status=bound", Ct, atLeast: 2).WaitAsync(TimeSpan.FromSeconds(3), Ct);
        Assert.Contains("\"ok\"", await proxy.AskAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_pool_held_by_idle_peers_ctl_gets_in()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct, admin: "read_timeout_secs = 60");
        var idle = new List<AdminClient>();
        for (var number = 0; number < 10; number++)
        {
            idle.Add(await AdminClient.ConnectAsync(proxy.Socket, Ct));
        }

        await Eventually.HoldsAsync(async () => await proxy.AskAsync("status") == NoSlot, "the pool is full", Ct);
        var status = await proxy.CtlAsync("status");

        Assert.Equal((0, ""), (status.ExitCode, status.Error));
        idle.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("debug crash admin-socket")]
    [InlineData("debug hang admin-socket 3")]
    [InlineData("debug crash config")]
    [InlineData("debug hang config 3")]
    [InlineData("debug hang supervisor 3")]
    public async Task Whatever_fails_root_is_answered(string drill)
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct);
        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync(drill));

        var status = await proxy.CtlAsync("--json", "status");

        Assert.Equal((0, ""), (status.ExitCode, status.Error));
    }

    [Fact]
    public async Task A_confirmation_that_does_not_come_is_undone_though_the_config_actor_crashes()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct);
        proxy.Proxy.WriteConfig(proxy.Proxy.Config with { Burst = 77 });
        Assert.Equal(2, (await proxy.AnswerAsync("reload confirm 2")).GetProperty("revision").GetInt64());
        Assert.Equal("""{"status":"error","message":"confirmation pending"}""", await proxy.AskAsync("reload"));

        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync("debug crash config"));
        var began = Stopwatch.GetTimestamp();

        await Eventually.HoldsAsync(async () => (await proxy.AnswerAsync("status")).GetProperty("revision").GetInt64() == 3, "it is undone", Ct);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(4), "undone in time");
        Assert.Equal("auto_reverted", (await proxy.AnswerAsync("history")).GetProperty("reloads")[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Of_two_operators_who_race_with_one_plan_exactly_one_wins()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct);
        for (var round = 0; round < 50; round++)
        {
            proxy.Proxy.WriteConfig(proxy.Proxy.Config with { Burst = 100 + round });
            var plan = (await proxy.AnswerAsync("validate")).GetProperty("plan").GetString();

            var answers = await Task.WhenAll(proxy.AnswerAsync($"reload if-plan {plan}"), proxy.AnswerAsync($"reload if-plan {plan}"));

            Assert.Single(answers, answer => answer.GetProperty("status").GetString() == "ok" && answer.GetProperty("changed").GetBoolean());
            Assert.Single(answers, answer => answer.TryGetProperty("message", out var message) && message.GetString() == "plan is stale");
        }
    }

    [Fact]
    public async Task Hanging_dripping_and_vanishing_clients_leave_nothing_behind()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct, admin: "read_timeout_secs = 1");
        await proxy.AskAsync("status");
        var before = OpenDescriptors(proxy);

        for (var wave = 0; wave < 4; wave++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(number => MisbehaveAsync(proxy.Socket, number)));
            Assert.Equal(0, (await proxy.CtlAsync("status")).ExitCode);
        }

        await Eventually.HoldsAsync(() => OpenDescriptors(proxy) <= before + 2, "descriptors are back", Ct);
        Assert.Contains("actor_proxy_admin_connections 1\n", (await proxy.AnswerAsync("metrics")).GetProperty("metrics").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_needed_and_in_no_environment_that_anybody_can_read()
    {
        const string Token = "0123456789abcdef-token";
        await using var first = await AdministeredProxy.StartAsync(Ct);
        await first.Proxy.Process.StopAsync(Ct);
        await using var proxy = ProxyProcess.Start(
            ["--config", first.Proxy.ConfigPath], new Dictionary<string, string?> { ["ADMIN_SOCKET_TOKEN"] = Token });
        await proxy.LineAsync(" READY ", Ct);
        await proxy.LineAsync("ADMIN_SOCKET status=bound", Ct);

        Assert.Equal("""{"status":"error","message":"unauthorized"}""", await first.AskAsync("status"));
        Assert.Contains("\"ok\"", await first.AskAsync($"{Token}:status"), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, await File.ReadAllTextAsync($"/proc/{proxy.Pid}/environ", Ct), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, proxy.Output, StringComparison.Ordinal);

        var start = new ProcessStartInfo(ProxyProcess.ProgramPath, ["ctl", "--socket", first.Socket, "status"]);
        start.Environment["ADMIN_SOCKET_TOKEN"] = Token;
        Assert.Equal(0, (await ToolProcess.RunAsync(start, Ct)).ExitCode);
    }

    [Theory]
    [InlineData("ADMIN_SOCKET_TOKEN", "short", "must have at least 16 characters")]
    [InlineData("ADMIN_SOCKET_TOKEN", "with blanks 0123456789", "must not contain blanks")]
    public async Task A_token_that_can_not_be_used_is_a_wrong_configuration(string name, string value, string problem)
    {
        await using var proxy = ProxyProcess.Start(["--config", "/dev/null"], new Dictionary<string, string?> { [name] = value });

        Assert.Equal(78, await proxy.ExitAsync(Ct));

        Assert.Contains(problem, proxy.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(value, proxy.Output, StringComparison.Ordinal);
    }

    private static double Metric(string text, string name) =>
        double.Parse(text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static int OpenDescriptors(AdministeredProxy proxy) =>
        Directory.GetFiles($"/proc/{proxy.Proxy.Process.Pid}/fd").Length;

    private static async Task MisbehaveAsync(string path, int number)
    {
        using var client = await AdminClient.ConnectAsync(path, Ct);
        switch (number % 4)
        {
            case 0:
                await client.AnswerAsync(Ct);
                break;
            case 1:
                await client.SendAsync("sta", Ct);
                break;
            case 2:
                await client.SendAsync("status\n", Ct);
                break;
            default:
                client.EndInput();
                await client.AnswerAsync(Ct);
                break;
        }
    }
}
