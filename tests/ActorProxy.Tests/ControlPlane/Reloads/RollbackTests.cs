using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Xunit;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

public sealed class RollbackTests : ConfigActorTests
{
    [Fact]
    public async Task At_the_start_there_is_nothing_to_roll_back_to() =>
        Assert.Equal(ReloadFailure.NothingToRollBackTo, Assert.IsType<ReloadAnswer.Failed>(await AskAsync(new Rollback())).Reason);

    [Fact]
    public async Task A_revision_that_is_not_kept_is_unknown()
    {
        await AppliedAsync(null, "b.example.com");

        Assert.Equal(ReloadFailure.UnknownRevision, Assert.IsType<ReloadAnswer.Failed>(await AskAsync(new Rollback(Revision: 7))).Reason);
    }

    [Fact]
    public async Task A_rollback_repeats_what_was_live_before_as_a_new_revision()
    {
        await AppliedAsync(null, "b.example.com");

        var first = Assert.IsType<RolledBack>(await AskAsync(new Rollback(new Peer(1, 2, 3))));
        Assert.Equal((3, 1, "sha-1"), (first.Revision, first.Restored, Store.Current.Sha256));
        Assert.Equal("a.example.com", Traffic.Running?.Config.Listeners[0].Sites[0].Host);
        Assert.Equal((ReloadTrigger.Rollback, ReloadOutcome.Applied), (LastEntry.Trigger, LastEntry.Outcome));

        var second = Assert.IsType<RolledBack>(await AskAsync(new Rollback()));
        Assert.Equal((4, 2), (second.Revision, second.Restored));
    }

    [Fact]
    public async Task What_the_file_asks_a_restart_for_is_still_told_after_a_rollback()
    {
        var config = TestSnapshots.First.Config;
        var answer = ReloadAsync();
        var load = await Loads.NextAsync();
        var changed = config with { HealthCheckPort = 9901, RateLimit = config.RateLimit with { Burst = 99 } };
        load.SetResult(TestSnapshots.Valid(load.Current with { Revision = 2, Config = changed }, load.Current, config));
        Assert.Equal(["health_check_port"], Assert.IsType<ReloadAnswer.Reloaded>(await answer).Changes.RestartRequired);

        Assert.IsType<RolledBack>(await AskAsync(new Rollback()));

        Assert.Equal(["health_check_port"], Store.State.RestartRequired);
    }

    [Fact]
    public async Task The_last_ten_snapshots_are_kept()
    {
        for (var i = 2; i <= 12; i++)
        {
            await AppliedAsync(null, $"{i}.example.com");
        }

        Assert.Equal(ReloadFailure.UnknownRevision, Assert.IsType<ReloadAnswer.Failed>(await AskAsync(new Rollback(Revision: 1))).Reason);
        var oldest = Assert.IsType<RolledBack>(await AskAsync(new Rollback(Revision: 2)));
        Assert.Equal((13, 2), (oldest.Revision, oldest.Restored));
        Assert.Equal("2.example.com", Sockets.Running?.Config.Listeners[0].Sites[0].Host);
    }

    [Fact]
    public async Task A_rollback_that_a_part_refuses_changes_nothing()
    {
        await AppliedAsync(null, "b.example.com");
        Sockets.Refusal = "127.0.0.1:443 is taken.";

        Assert.Equal(ReloadFailure.Failed, Assert.IsType<ReloadAnswer.Failed>(await AskAsync(new Rollback())).Reason);

        Assert.Equal(2, Store.Current.Revision);
    }

    [Fact]
    public async Task A_rollback_to_what_runs_changes_nothing()
    {
        await AppliedAsync(null, "b.example.com");

        var answer = Assert.IsType<RolledBack>(await AskAsync(new Rollback(Revision: 2)));

        Assert.Equal((2, 2), (answer.Revision, answer.Restored));
        Assert.Equal(ReloadOutcome.Unchanged, LastEntry.Outcome);
    }

    [Fact]
    public async Task A_rollback_asks_for_no_file()
    {
        await AppliedAsync(null, "b.example.com");
        await AskAsync(new Rollback());

        Assert.Equal(1, Loads.Count);
    }

    [Fact]
    public async Task A_snapshot_whose_certificate_has_expired_is_refused_as_its_file_would_be()
    {
        using var made = TestCertificates.SelfSigned("a.example.com");
        var pair = made.ToPair();
        var answer = ReloadAsync();
        var load = await Loads.NextAsync();
        var certified = load.Current with { Revision = 2, Certificates = load.Current.Certificates.Add(TestSnapshots.Address(8443), pair) };
        load.SetResult(TestSnapshots.Valid(certified, load.Current));
        await answer;
        await AppliedAsync(null, "b.example.com");
        Assert.Equal(2, Assert.IsType<RolledBack>(await AskAsync(new Rollback(Revision: 2))).Restored);
        await AskAsync(new Rollback());

        Time.SetUtcNow(pair.NotAfter);

        Assert.Equal(ReloadFailure.Failed, Assert.IsType<ReloadAnswer.Failed>(await AskAsync(new Rollback(Revision: 2))).Reason);
        Assert.Equal((5, ReloadOutcome.Failed), (Store.Current.Revision, LastEntry.Outcome));
        Assert.Contains(Recorded.Lines, line => line.Contains("The certificate of 127.0.0.1:8443 in revision 2 has expired.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_last_hundred_attempts_are_in_the_history()
    {
        for (var i = 0; i < 105; i++)
        {
            await AskAsync(new Rollback());
        }

        Assert.Equal(100, Store.State.History.Length);
        Assert.Equal(105, Store.State.Outcomes[ReloadOutcome.Failed]);
    }
}
