using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.Tests.CommandLine.Ctl;

/// <summary>Answers with something to see in them.</summary>
internal static class CtlAnswers
{
    private static readonly DateTimeOffset Time = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public static readonly ConfigChanges Changes = ConfigChanges.None with
    {
        SitesAdded = ["a.example"],
        SettingsChanged = ["rate_limit.burst"],
        RestartRequired = ["health_check_port"],
    };

    private static readonly HistoryEntry Entry = new()
    {
        Time = Time,
        Trigger = ReloadTrigger.Sighup,
        Requesters = 2,
        Peer = new Peer(42, 1000, 1000),
        Sha256 = "abc",
        Outcome = ReloadOutcome.Applied,
        Revision = 3,
        Duration = TimeSpan.FromMilliseconds(12),
        Changes = Changes,
    };

    public static readonly AdminAnswer History = new AdminAnswer.History([Entry]);

    public static readonly AdminAnswer Sites = new AdminAnswer.Sites([new SiteReport("a.example", "127.0.0.1:3000", "http", 3, 1, 2)]);

    public static readonly AdminAnswer Actors = new AdminAnswer.Actors(
    [
        new ActorReport("config", "running", 1, new FailureReport(Time, "DrillException", "0a1b2c3d"), TimeSpan.FromHours(30)),
        new ActorReport("admin-socket", "running", 0, null, TimeSpan.FromDays(2)),
        new ActorReport("admin-socket/connection-3", "running", 0, null, TimeSpan.Zero),
    ]);

    public static readonly AdminAnswer Status = new AdminAnswer.Status(new StatusReport
    {
        Uptime = TimeSpan.FromDays(3.5),
        Sites = 2,
        Revision = 3,
        Version = "0.1.0+abc",
        BinaryReplaced = false,
        ConfigSha256 = "abc",
        Connections = 7,
        Drift = ["file_newer"],
        PendingConfirm = new PendingReport(3, TimeSpan.FromSeconds(42)),
        LastReload = Entry,
        Snapshots = [new SnapshotInUse(3, 7, 12)],
    });
}
