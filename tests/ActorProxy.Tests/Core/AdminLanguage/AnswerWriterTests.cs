using System.Text;
using System.Text.Json;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

public class AnswerWriterTests
{
    private const string NoChanges =
        """{"listeners_added":[],"listeners_removed":[],"listeners_changed":[],"sites_added":[],"sites_removed":[],"sites_changed":[],"certificates_changed":[],"settings_changed":[],"restart_required":[]}""";

    private static readonly HistoryEntry Entry = new()
    {
        Time = new DateTimeOffset(2026, 11, 23, 10, 0, 0, 5, TimeSpan.Zero),
        Trigger = ReloadTrigger.AutoRevert,
        Requesters = 2,
        Peer = new Peer(42, 1000, 100),
        Sha256 = "abc",
        Outcome = ReloadOutcome.AutoReverted,
        Revision = 3,
        Duration = TimeSpan.FromMilliseconds(12.7),
    };

    private const string EntryJson =
        """{"time":"2026-11-23T10:00:00.005Z","trigger":"auto_revert","requesters":2,"peer":{"pid":42,"uid":1000,"gid":100},"sha256":"abc","outcome":"auto_reverted","revision":3,"error_id":null,"duration_ms":12,"changes":"""
        + NoChanges + "}";

    public static TheoryData<AdminAnswer, string> Cases => new()
    {
        { new AdminAnswer.Done(), """{"status":"ok"}""" },
        { new AdminAnswer.Refused(AdminRefusal.Forbidden), """{"status":"error","message":"forbidden"}""" },
        { new AdminAnswer.Refused(AdminRefusal.Busy), """{"status":"error","message":"busy"}""" },
        { new AdminAnswer.Refused(AdminRefusal.Timeout), """{"status":"error","message":"timeout"}""" },
        { new AdminAnswer.Refused(AdminRefusal.CommandTooLong), """{"status":"error","message":"command too long"}""" },
        { new AdminAnswer.Refused(AdminRefusal.InvalidInput), """{"status":"error","message":"invalid input"}""" },
        { new AdminAnswer.Refused(AdminRefusal.Unauthorized), """{"status":"error","message":"unauthorized"}""" },
        { new AdminAnswer.Refused(AdminRefusal.UnknownCommand), """{"status":"error","message":"unknown command"}""" },
        { new AdminAnswer.Refused(AdminRefusal.InvalidArguments), """{"status":"error","message":"invalid arguments"}""" },
        { new AdminAnswer.Refused(AdminRefusal.PlanIsStale), """{"status":"error","message":"plan is stale"}""" },
        { new AdminAnswer.Refused(AdminRefusal.ConfirmationPending), """{"status":"error","message":"confirmation pending"}""" },
        { new AdminAnswer.Refused(AdminRefusal.NothingToConfirm), """{"status":"error","message":"nothing to confirm"}""" },
        { new AdminAnswer.Refused(AdminRefusal.NothingToRollBackTo), """{"status":"error","message":"nothing to roll back to"}""" },
        { new AdminAnswer.Refused(AdminRefusal.UnknownRevision), """{"status":"error","message":"unknown revision"}""" },
        { new AdminAnswer.Failed(AdminFailure.ReloadFailed, "0a1b"), """{"status":"error","message":"reload failed","error_id":"0a1b"}""" },
        {
            new AdminAnswer.Failed(AdminFailure.ChangedDuringRead, "0a1b"),
            """{"status":"error","message":"config file changed during read, please retry","error_id":"0a1b"}"""
        },
        { new AdminAnswer.ConfigInvalid(3, "0a1b"), """{"status":"error","message":"config invalid","errors":3,"error_id":"0a1b"}""" },
        { new AdminAnswer.Confirmed(4), """{"status":"ok","revision":4}""" },
        { new AdminAnswer.RolledBack(5, 3), """{"status":"ok","revision":5,"restored":3}""" },
        { new AdminAnswer.KeyRotated("ff"), """{"status":"ok","key":"ff","until":"restart"}""" },
        { new AdminAnswer.Metrics("a{b=\"c\"} 1\n"), """{"status":"ok","metrics":"a{b=\"c\"} 1\n"}""" },
        { new AdminAnswer.Diff(ConfigChanges.None), $$"""{"status":"ok","changes":{{NoChanges}}}""" },
        { new AdminAnswer.Validated("p", ConfigChanges.None), $$"""{"status":"ok","plan":"p","changes":{{NoChanges}}}""" },
        {
            new AdminAnswer.Reloaded(2, true, ConfigChanges.None with { SitesAdded = ["a.example"] }),
            $$"""{"status":"ok","revision":2,"changed":true,"changes":{{NoChanges.Replace("\"sites_added\":[]", "\"sites_added\":[\"a.example\"]", StringComparison.Ordinal)}}}"""
        },
        {
            new AdminAnswer.Sites([new SiteReport("a.example", "127.0.0.1:3000", "http", 3, 1, 2)]),
            """{"status":"ok","sites":[{"host":"a.example","upstream":"127.0.0.1:3000","scheme":"http","requests":3,"errors":1,"in_flight":2}]}"""
        },
        { new AdminAnswer.History([Entry]), $$"""{"status":"ok","reloads":[{{EntryJson}}]}""" },
        {
            new AdminAnswer.Actors(
            [
                new ActorReport("config", "running", 1, new FailureReport(Entry.Time, "DrillException", "0a1b"), TimeSpan.FromSeconds(9.9)),
                new ActorReport("log", "running", 0, null, TimeSpan.Zero),
            ]),
            """{"status":"ok","actors":[{"path":"config","state":"running","restarts":1,"last_failure":{"time":"2026-11-23T10:00:00.005Z","kind":"DrillException","error_id":"0a1b"},"uptime_secs":9},{"path":"log","state":"running","restarts":0,"last_failure":null,"uptime_secs":0}]}"""
        },
        {
            new AdminAnswer.Status(new StatusReport
            {
                Uptime = TimeSpan.FromSeconds(61.5),
                Sites = 2,
                Revision = 3,
                Version = "0.1.0+abc",
                BinaryReplaced = true,
                ConfigSha256 = "abc",
                Connections = 7,
                RestartRequired = ["health_check_port"],
                Drift = ["file_newer"],
                PendingConfirm = new PendingReport(3, TimeSpan.FromSeconds(1.2)),
                LastReload = Entry,
                Snapshots = [new SnapshotInUse(2, 1, 5)],
            }),
            $$"""{"status":"ok","uptime_secs":61,"sites":2,"revision":3,"version":"0.1.0+abc","binary_replaced":true,"config_sha256":"abc","connections":7,"restart_required":["health_check_port"],"drift":["file_newer"],"pending_confirm":{"revision":3,"seconds_left":2},"last_reload":{{EntryJson}},"snapshots":[{"revision":2,"requests":1,"oldest_secs":5}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_answer_has_its_form(AdminAnswer answer, string json) =>
        Assert.Equal(json + "\n", Encoding.UTF8.GetString(AnswerWriter.Line(answer)));

    [Fact]
    public void A_reload_with_static_changes_names_them_twice()
    {
        using var json = Parse(new AdminAnswer.Reloaded(
            2, false, ConfigChanges.None with { RestartRequired = ["health_check_port", "admin.socket_mode"] }));

        Assert.Equal(2, json.RootElement.GetProperty("restart_required").GetArrayLength());
        Assert.Equal(
            "static fields changed (restart required): health_check_port, admin.socket_mode",
            json.RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public void Help_names_what_the_role_may_use()
    {
        using var viewer = Parse(new AdminAnswer.Help(CommandTable.For(AdminRole.Viewer, debugCommands: true)));
        using var admin = Parse(new AdminAnswer.Help(CommandTable.For(AdminRole.Admin, debugCommands: false)));

        Assert.All(viewer.RootElement.GetProperty("commands").EnumerateArray(), command => Assert.Equal("viewer", command.GetProperty("role").GetString()));
        Assert.Equal(
            CommandTable.Commands.Select(command => command.Name),
            admin.RootElement.GetProperty("commands").EnumerateArray().Select(command => command.GetProperty("name").GetString()));
    }

    [Fact]
    public void Every_refusal_and_failure_has_words_and_an_outcome()
    {
        foreach (var refusal in Enum.GetValues<AdminRefusal>())
        {
            AssertWords(new AdminAnswer.Refused(refusal));
        }

        foreach (var failure in Enum.GetValues<AdminFailure>())
        {
            AssertWords(new AdminAnswer.Failed(failure, "0a1b"));
        }
    }

    // Whatever names the configuration holds, the answer is one line, and its reader gets the names back.
    [Fact]
    public void A_name_can_not_forge_a_line_or_a_property()
    {
        var name = "x\",\"status\":\"ok\"\n\r\u2028\u001b[31m";
        var line = AnswerWriter.Line(new AdminAnswer.Diff(ConfigChanges.None with { SitesAdded = [name] }));

        Assert.Equal(1, line.Count(value => value == '\n'));
        Assert.DoesNotContain((byte)0x1b, line);
        using var json = JsonDocument.Parse(line);
        Assert.Equal(name, json.RootElement.GetProperty("changes").GetProperty("sites_added")[0].GetString());
    }

    private static void AssertWords(AdminAnswer answer)
    {
        using var json = Parse(answer);
        Assert.Equal("error", json.RootElement.GetProperty("status").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("message").GetString()!);
        Assert.Matches("^[a-z_]+$", answer.Outcome);
        Assert.False(answer.IsOk);
    }

    private static JsonDocument Parse(AdminAnswer answer) => JsonDocument.Parse(AnswerWriter.Line(answer));
}
