using ActorProxy.ControlPlane.AdminSocket;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Planes;
using Akka.TestKit;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

/// <summary>Each command reaches whom it concerns, and each reply becomes its answer.</summary>
public sealed class RoutesTests : AdminSocketFixture
{
    private static readonly Peer Us = new(Environment.ProcessId, CurrentUser.Uid, CurrentUser.Gid);

    [Theory]
    [InlineData("reload", null, null)]
    [InlineData("reload if-plan abc", "abc", null)]
    [InlineData("reload confirm 30", null, 30)]
    [InlineData("reload if-plan abc confirm 30", "abc", 30)]
    public async Task A_reload_carries_its_plan_its_confirmation_and_its_peer(string command, string? plan, int? seconds) =>
        await AssertAsync(
            command,
            Config,
            new ConfigMessages.Reload(ReloadTrigger.Socket, Us, plan, seconds),
            new ReloadAnswer.Reloaded(2, true, ConfigChanges.None),
            """{"status":"ok","revision":2,"changed":true,"changes":{"listeners_added":""");

    [Theory]
    [InlineData(ReloadFailure.Failed, """{"status":"error","message":"reload failed","error_id":"1234abcd"}""")]
    [InlineData(
        ReloadFailure.ChangedDuringRead,
        """{"status":"error","message":"config file changed during read, please retry","error_id":"1234abcd"}""")]
    [InlineData(ReloadFailure.PlanIsStale, """{"status":"error","message":"plan is stale"}""")]
    [InlineData(ReloadFailure.ConfirmationPending, """{"status":"error","message":"confirmation pending"}""")]
    public async Task A_reload_that_failed_says_only_what_it_may(ReloadFailure failure, string answer) => await AssertAsync(
        "reload", Config, new ConfigMessages.Reload(ReloadTrigger.Socket, Us), new ReloadAnswer.Failed(failure, "1234abcd"), answer);

    [Fact]
    public async Task A_rollback_carries_its_revision() => await AssertAsync(
        "rollback 3",
        Config,
        new ConfigMessages.Rollback(Us, 3),
        new ConfigMessages.RolledBack(5, 3, ConfigChanges.None),
        """{"status":"ok","revision":5,"restored":3}""");

    [Theory]
    [InlineData(ReloadFailure.NothingToRollBackTo, "nothing to roll back to")]
    [InlineData(ReloadFailure.UnknownRevision, "unknown revision")]
    [InlineData(ReloadFailure.ConfirmationPending, "confirmation pending")]
    [InlineData(ReloadFailure.Failed, "rollback failed")]
    public async Task A_rollback_that_failed_says_why(ReloadFailure failure, string message) => await AssertAsync(
        "rollback",
        Config,
        new ConfigMessages.Rollback(Us),
        new ReloadAnswer.Failed(failure, "1234abcd"),
        $$"""{"status":"error","message":"{{message}}""");

    [Fact]
    public async Task A_confirmation_is_passed_on()
    {
        await AssertAsync("confirm", Config, new ConfigMessages.Confirm(), new ConfigMessages.Confirmed(4), """{"status":"ok","revision":4}""");
        await AssertAsync(
            "confirm", Config, new ConfigMessages.Confirm(), new ConfigMessages.NothingToConfirm(), """{"status":"error","message":"nothing to confirm"}""");
    }

    [Fact]
    public async Task A_validation_and_a_diff_ask_the_same_and_answer_differently()
    {
        var validated = new ConfigMessages.Validated("abc", ConfigChanges.None);

        await AssertAsync("validate", Validator, new ConfigMessages.Validate(), validated, """{"status":"ok","plan":"abc","changes":{""");
        await AssertAsync("diff", Validator, new ConfigMessages.Validate(), validated, """{"status":"ok","changes":{""");
    }

    [Fact]
    public async Task A_validation_that_failed_counts_the_problems() => await AssertAsync(
        "validate",
        Validator,
        new ConfigMessages.Validate(),
        new ConfigMessages.ValidationFailed(ValidationFailure.Invalid, 3, "1234abcd"),
        """{"status":"error","message":"config invalid","errors":3,"error_id":"1234abcd"}""");

    [Fact]
    public async Task The_log_is_told_its_level_and_to_reopen()
    {
        await AssertAsync("log-level warn", LogActor, new LogMessages.SetLevel(LogLevelName.Warn), new LogMessages.Done(), """{"status":"ok"}""");
        await AssertAsync("log-reopen", LogActor, new LogMessages.Reopen(), new LogMessages.Done(), """{"status":"ok"}""");
    }

    [Fact]
    public async Task Drills_go_to_the_supervisor()
    {
        await AssertAsync(
            "debug crash config", Supervisor, new SupervisionMessages.CrashActor("config"), new SupervisionMessages.DrillBegun(), """{"status":"ok"}""");
        await AssertAsync(
            "debug hang config 5",
            Supervisor,
            new SupervisionMessages.HangActor("config", TimeSpan.FromSeconds(5)),
            new SupervisionMessages.DrillBegun(),
            """{"status":"ok"}""");
        await AssertAsync(
            "debug crash nobody",
            Supervisor,
            new SupervisionMessages.CrashActor("nobody"),
            new SupervisionMessages.UnknownActor(),
            """{"status":"error","message":"invalid arguments"}""");
    }

    [Fact]
    public async Task Drills_do_not_exist_when_they_are_off()
    {
        await StartAsync(new Admin());

        Assert.Equal("""{"status":"error","message":"unknown command"}""", await AskAsync("debug crash config"));
    }

    [Theory]
    [InlineData("sites", """{"status":"ok","sites":[]}""")]
    [InlineData("history", """{"status":"ok","reloads":[]}""")]
    [InlineData("actors", """{"status":"ok","actors":[]}""")]
    [InlineData("metrics", """{"status":"ok","metrics":"actor_proxy_connections 0\n"}""")]
    public async Task What_is_published_needs_nobody(string command, string answer)
    {
        await StartAsync();

        Assert.Equal(answer, await AskAsync(command));
    }

    [Fact]
    public async Task The_commands_outcomes_are_counted()
    {
        await StartAsync();
        await AskAsync("nonsense");
        await AskAsync("help");

        Assert.Equal(
            [(("help", "ok"), 1L), (("unknown", "unknown_command"), 1L)],
            Metrics.AdminCommands.Select(count => (count.Key, count.Value.Value)).Order());
    }

    private async Task AssertAsync(string command, TestProbe whom, object message, object reply, string answer)
    {
        if (!LinesOf("ADMIN_SOCKET").Any())
        {
            await StartAsync();
        }

        var asked = AskAsync(command);
        Assert.Equal(message, await whom.ReceiveOneAsync(TimeSpan.FromSeconds(10), Cancelled));
        whom.Reply(reply);
        Assert.StartsWith(answer, await asked, StringComparison.Ordinal);
    }
}
