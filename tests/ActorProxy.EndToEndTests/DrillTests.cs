using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>Every actor is crashed and hung from outside while traffic goes on.</summary>
public sealed class DrillTests(ITestOutputHelper output)
{
    // Longer than an actor may be deaf: each is replaced first, and wakes beside its successor.
    private const int HangSeconds = 13;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_actor_may_crash_and_no_request_notices_and_the_last_good_configuration_stays()
    {
        await using var administered = await AdministeredProxy.StartAsync(Ct);
        var sha256 = await ReloadAsync(administered, revision: 2);
        await using var clients = await SteadyClients.StartAsync(administered.Proxy);

        var bound = 1;
        foreach (var name in await NamesAsync(administered))
        {
            var began = Stopwatch.GetTimestamp();
            await administered.AskAsync($"debug crash {name}");
            await RecoveredAsync(administered, name, "DrillException");
            // Its socket goes with it, and whoever had just connected: the next client may come once the path is bound again.
            await administered.Proxy.Process.LineAsync(" ADMIN_SOCKET status=bound ", Ct, name == "admin-socket" ? ++bound : bound);
            output.WriteLine($"{name} crashed: back after {Milliseconds(began)} ms");
            var status = await administered.AnswerAsync("status");
            Assert.Equal(2, status.GetProperty("revision").GetInt64());
            Assert.Equal(sha256, status.GetProperty("config_sha256").GetString());
        }

        await EveryActorWorksAsync(administered, revision: 3);
        await RestartsAreCountedAsync(administered);
        await clients.AssertUndisturbedAsync();
        output.WriteLine($"{clients.Answered} requests, none failed");
    }

    [Fact]
    public async Task All_actors_may_hang_at_once_and_no_request_notices_and_each_is_replaced()
    {
        var health = FreePorts.Take(1)[0];
        await using var administered = await AdministeredProxy.StartAsync(Ct, change: config => config with { HealthPort = health });
        var sha256 = await ReloadAsync(administered, revision: 2);
        await using var clients = await SteadyClients.StartAsync(administered.Proxy);
        using var probe = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{health}") };
        var names = await NamesAsync(administered);
        var began = Stopwatch.GetTimestamp();

        // Its clients are served by the admin socket's own actor, so that one comes last.
        foreach (var name in names.OrderBy(name => name == "admin-socket"))
        {
            Assert.Equal("ok", (await administered.AnswerAsync($"debug hang {name} {HangSeconds}")).GetProperty("status").GetString());
        }

        administered.Proxy.Process.Signal(ProxyProcess.Hangup);
        await Eventually.HoldsAsync(
            async () => (await probe.GetStringAsync("/health/ready", Ct)) is var ready
                && ready.Contains("\"status\":\"degraded\"", StringComparison.Ordinal)
                && ready.Contains("\"config\":\"deaf\"", StringComparison.Ordinal),
            "readiness says who is deaf",
            Ct);
        var asked = Stopwatch.GetTimestamp();
        Assert.Equal(sha256, (await administered.AnswerAsync("status")).GetProperty("config_sha256").GetString());
        output.WriteLine($"status while every actor hangs: {Milliseconds(asked)} ms");

        foreach (var name in names)
        {
            await RecoveredAsync(administered, name, "deaf");
            output.WriteLine($"{name} hung: replaced at the latest after {Milliseconds(began)} ms");
        }

        // The signal came to a hung actor, and is answered by the successors of all that it concerns: by itself, or with a reload of
        // those above that it shared.
        await administered.Proxy.Process.LineAsync(" SIGNAL signal=SIGHUP", Ct);
        await Eventually.HoldsAsync(
            async () => (await administered.AnswerAsync("history")).GetProperty("reloads").EnumerateArray().Any(
                reload => reload.GetProperty("trigger").GetString() == "sighup" || reload.GetProperty("requesters").GetInt32() > 1),
            "the signal's reload is in the history",
            Ct);
        Assert.Equal(2, (await administered.AnswerAsync("status")).GetProperty("revision").GetInt64());
        await Eventually.HoldsAsync(
            () => Stopwatch.GetElapsedTime(began).TotalSeconds > HangSeconds + 0.5, "those that were abandoned have woken", Ct);
        await EveryActorWorksAsync(administered, revision: 3);
        await RestartsAreCountedAsync(administered);
        Assert.Contains("\"status\":\"ready\"", await probe.GetStringAsync("/health/ready", Ct), StringComparison.Ordinal);
        await clients.AssertUndisturbedAsync();
        output.WriteLine($"{clients.Answered} requests, none failed");
    }

    [Fact]
    public async Task One_that_fails_too_often_ends_the_process_with_1_and_the_last_line_says_who_and_why()
    {
        await using var administered = await AdministeredProxy.StartAsync(Ct);

        for (var i = 0; i < 11; i++)
        {
            await TryAskAsync(administered, "debug crash drift");
        }

        Assert.Equal(1, await administered.Proxy.Process.ExitAsync(Ct));
        Assert.Matches(
            "^[^ ]+Z ERROR GAVE_UP reason=drift:%20failed%20too%20often,%20at%20last%20with%20DrillException%20\\(error_id%3D[0-9a-f-]+\\)$",
            administered.Proxy.Process.Lines.Last());
        Assert.Equal(11, administered.Proxy.Process.Count(" ACTOR_FAILED actor=drift "));
    }

    [Fact]
    public async Task The_supervisor_has_nobody_who_restarts_it_so_its_crash_ends_the_process_with_1()
    {
        await using var administered = await AdministeredProxy.StartAsync(Ct);

        await TryAskAsync(administered, "debug crash supervisor");

        Assert.Equal(1, await administered.Proxy.Process.ExitAsync(Ct));
        Assert.Contains(" GAVE_UP reason=supervisor:%20failed%20with%20DrillException", administered.Proxy.Process.Lines.Last(), StringComparison.Ordinal);
    }

    private static string Milliseconds(long since) =>
        Stopwatch.GetElapsedTime(since).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    private static async Task<string> ReloadAsync(AdministeredProxy administered, int revision)
    {
        administered.Proxy.WriteConfig(administered.Proxy.Config with { Burst = 1_000_000 - revision });
        var reloaded = await administered.AnswerAsync("reload");
        Assert.Equal((true, revision), (reloaded.GetProperty("changed").GetBoolean(), reloaded.GetProperty("revision").GetInt32()));
        return (await administered.AnswerAsync("status")).GetProperty("config_sha256").GetString()!;
    }

    // All but the supervisor, whom nobody restarts, and the connections, which nobody should.
    private static async Task<string[]> NamesAsync(AdministeredProxy administered)
    {
        string[] names = [.. (await ActorsAsync(administered)).Select(actor => actor.Name).Except(["supervisor"])];
        string[] known =
        [
            "admin-socket", "certificates", "config", "data-plane", "descriptors", "drift", "listeners", $"listeners/127.0.0.1:{administered.Proxy.HttpsPort}",
            $"listeners/127.0.0.1:{administered.Proxy.HttpPort}", "log", "memory", "signals", "validator", "watchdog",
        ];
        Assert.Equal(known.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        return names;
    }

    private static async Task<Actor[]> ActorsAsync(AdministeredProxy administered)
    {
        var answer = await TryAskAsync(administered, "actors");
        return answer.Length == 0
            ? []
            : [.. JsonDocument.Parse(answer).RootElement.GetProperty("actors").EnumerateArray().Select(Actor.Read).Where(actor => !actor.IsConnection)];
    }

    // Empty while nobody answers: the socket goes and comes back with its actor.
    private static async Task<string> TryAskAsync(AdministeredProxy administered, string command)
    {
        try
        {
            return await administered.AskAsync(command);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static Task RecoveredAsync(AdministeredProxy administered, string name, string failure) => Eventually.HoldsAsync(
        async () => (await ActorsAsync(administered)).Any(actor => actor == new Actor(name, "running", 1, failure)),
        () => $"{name} has failed once and runs again:\n{administered.Proxy.Process.Output}",
        Ct);

    // What each actor does, done once: nothing of it is done by anybody else.
    private static async Task EveryActorWorksAsync(AdministeredProxy administered, int revision)
    {
        var process = administered.Proxy.Process;
        administered.Proxy.WriteConfig(administered.Proxy.Config with { Burst = 2_000_000 });
        await Eventually.HoldsAsync(
            async () => (await administered.AskAsync("status")).Contains("file_newer", StringComparison.Ordinal), "drift is seen", Ct);
        Assert.Equal("ok", (await administered.AnswerAsync("validate")).GetProperty("status").GetString());
        Assert.Equal("ok", (await administered.AnswerAsync("log-level debug")).GetProperty("status").GetString());
        await ReloadAsync(administered, revision);
        var reloads = process.Count(" CONFIG_RELOAD ");
        process.Signal(ProxyProcess.Hangup);
        await process.LineAsync(" CONFIG_RELOAD ", Ct, reloads + 1);
        using var client = administered.Proxy.Client();
        Assert.Equal("a", await client.GetStringAsync("/", Ct));
    }

    private static async Task RestartsAreCountedAsync(AdministeredProxy administered)
    {
        await Eventually.HoldsAsync(
            async () => (await administered.AskAsync("actors")).Split("admin-socket/connection-").Length == 2, "no connection is left but the one that asks", Ct);
        var metrics = (await administered.AnswerAsync("metrics")).GetProperty("metrics").GetString()!;
        foreach (var name in await NamesAsync(administered))
        {
            Assert.Contains($"actor_proxy_actor_restarts_total{{actor=\"{name}\"}} 1\n", metrics, StringComparison.Ordinal);
        }
    }

    private sealed record Actor(string Name, string State, int Restarts, string? Failure)
    {
        public bool IsConnection => Name.StartsWith("admin-socket/connection-", StringComparison.Ordinal);

        public static Actor Read(JsonElement actor) => new(
            actor.GetProperty("path").GetString()!,
            actor.GetProperty("state").GetString()!,
            actor.GetProperty("restarts").GetInt32(),
            actor.GetProperty("last_failure") is { ValueKind: JsonValueKind.Object } failure ? failure.GetProperty("kind").GetString() : null);
    }
}
