using ActorProxy.ControlPlane.Reloads;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Akka.Actor;
using Xunit;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

public sealed class ReloadTests() : ConfigActorTests("actor-proxy.config { prepare-timeout = 1s, read-timeout = 1s }")
{
    [Fact]
    public async Task Every_part_prepares_before_any_commits_and_the_answer_comes_last()
    {
        var answer = await AppliedAsync(null, "b.example.com");

        var reloaded = Assert.IsType<ReloadAnswer.Reloaded>(answer);
        Assert.Equal((2, true), (reloaded.Revision, reloaded.Changed));
        Assert.Equal(["b.example.com"], reloaded.Changes.SitesAdded);
        Assert.Equal(["traffic run 2", "sockets run 2"], Seen.TakeLast(2));
        Assert.Equal(2, Store.Current.Revision);
        Assert.False(IsReloading);
    }

    [Fact]
    public async Task An_applied_reload_is_one_entry_and_one_line()
    {
        await AppliedAsync(null, "b.example.com");

        Assert.Equal(ReloadOutcome.Applied, LastEntry.Outcome);
        Assert.Equal((ReloadTrigger.Socket, 2, 1, "sha-b.example.com"), (LastEntry.Trigger, LastEntry.Revision, LastEntry.Requesters, LastEntry.Sha256));
        Assert.Equal(new Peer(1, 2, 3), LastEntry.Peer);
        Assert.Equal(2, Store.State.History.Length);
        Assert.Contains("CONFIG_RELOAD Status=success Trigger=socket Revision=2 Sites=1 DurationMs=0", Recorded.Lines);
    }

    [Fact]
    public async Task Two_hundred_at_once_cost_two_reads_and_each_hears_of_a_file_as_new_as_its_request()
    {
        var first = ReloadAsync();
        var read = await Loads.NextAsync();
        var others = Enumerable.Range(0, 199).Select(_ => ReloadAsync()).ToList();
        await ConfigHeardAllAsync();

        read.Hosts("b.example.com");
        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await first).Revision);
        (await Loads.NextAsync()).Hosts("c.example.com");

        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(3, Assert.IsType<ReloadAnswer.Reloaded>(answer).Revision));
        Assert.Equal(2, Loads.Count);
        Assert.Equal(199, LastEntry.Requesters);
    }

    [Fact]
    public async Task Reloads_with_a_plan_or_a_confirmation_are_merged_with_nobody()
    {
        var first = ReloadAsync();
        var read = await Loads.NextAsync();
        var planned = new[] { ReloadAsync(plan: "x"), ReloadAsync(plan: "x"), ReloadAsync(confirm: 60) };
        await ConfigHeardAllAsync();
        read.Hosts("b.example.com");
        await first;

        foreach (var answer in planned)
        {
            (await Loads.NextAsync()).Hosts("b.example.com");
            await answer;
        }

        Assert.Equal(4, Loads.Count);
    }

    [Fact]
    public async Task A_file_that_says_what_runs_changes_nothing_but_its_hash()
    {
        var answer = ReloadAsync();
        (await Loads.NextAsync()).SetResult(TestSnapshots.Valid(TestSnapshots.First with { Revision = 2, Sha256 = "comment" }, TestSnapshots.First));

        var reloaded = Assert.IsType<ReloadAnswer.Reloaded>(await answer);
        Assert.Equal((1, false, true), (reloaded.Revision, reloaded.Changed, reloaded.Changes.IsEmpty));
        Assert.Equal((1, "comment"), (Store.Current.Revision, Store.Current.Sha256));
        Assert.Equal(ReloadOutcome.Unchanged, LastEntry.Outcome);
        Assert.Contains("CONFIG_RELOAD Status=success Trigger=socket Revision=1 Sites=1 DurationMs=0 Changed=false", Recorded.Lines);
    }

    [Fact]
    public async Task Keys_that_need_a_restart_are_told_until_they_differ_no_more_and_logged_once()
    {
        var config = TestSnapshots.First.Config;
        foreach (var port in new[] { 9901, 9901, 0 })
        {
            var answer = ReloadAsync();
            var load = await Loads.NextAsync();
            load.SetResult(TestSnapshots.Valid(load.Current with { Revision = 2, Config = config with { HealthCheckPort = port } }, load.Current, config));
            var reloaded = Assert.IsType<ReloadAnswer.Reloaded>(await answer);
            Assert.False(reloaded.Changed);
            Assert.Equal(port == 0 ? [] : ["health_check_port"], reloaded.Changes.RestartRequired);
            Assert.Equal(port == 0 ? [] : ["health_check_port"], Store.State.RestartRequired);
        }

        Assert.Single(Recorded.Lines, line => line == "RESTART_REQUIRED Keys=health_check_port");
    }

    [Fact]
    public async Task An_invalid_file_changes_nothing_and_its_problems_are_in_the_log_under_the_error_id()
    {
        var answer = ReloadAsync();
        (await Loads.NextAsync()).SetResult(new LoadResult.Invalid([new Problem(3, 7, "unknown key"), new Problem(9, 1, "missing key")]));

        var failed = Assert.IsType<ReloadAnswer.Failed>(await answer);
        Assert.Equal(ReloadFailure.Failed, failed.Reason);
        Assert.Equal(1, Store.Current.Revision);
        Assert.Equal((ReloadOutcome.Failed, failed.ErrorId, 1), (LastEntry.Outcome, LastEntry.ErrorId, LastEntry.Revision));
        Assert.Contains($"CONFIG_PROBLEM ErrorId={failed.ErrorId} Line=3 Column=7 Message=unknown key", Recorded.Lines);
        Assert.Contains($"CONFIG_PROBLEM ErrorId={failed.ErrorId} Line=9 Column=1 Message=missing key", Recorded.Lines);
        Assert.Contains(Recorded.Lines, line => line.StartsWith("CONFIG_RELOAD Status=failed") && line.Contains($"ErrorId={failed.ErrorId}"));
    }

    [Fact]
    public async Task A_file_that_keeps_changing_is_named_as_such()
    {
        var answer = ReloadAsync();
        (await Loads.NextAsync()).SetResult(new LoadResult.ChangedDuringRead());

        Assert.Equal(ReloadFailure.ChangedDuringRead, Assert.IsType<ReloadAnswer.Failed>(await answer).Reason);
    }

    [Fact]
    public async Task A_read_that_does_not_end_fails_and_the_next_reload_goes_on()
    {
        var stuck = ReloadAsync();
        var read = await Loads.NextAsync();

        Assert.Equal(ReloadFailure.Failed, Assert.IsType<ReloadAnswer.Failed>(await stuck).Reason);

        read.Hosts("late.example.com");
        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await AppliedAsync(null, "b.example.com")).Revision);
        Assert.Equal("b.example.com", Store.Current.Config.Listeners[0].Sites[0].Host);
    }

    [Fact]
    public async Task When_one_part_refuses_all_let_go_and_nothing_has_changed()
    {
        Sockets.Refusal = "127.0.0.1:443 is taken.";

        var answer = await AppliedAsync(null, "b.example.com");

        var failed = Assert.IsType<ReloadAnswer.Failed>(answer);
        Assert.Contains(Recorded.Lines, line => line.Contains(failed.ErrorId) && line.Contains("Reason=127.0.0.1:443 is taken."));
        await Eventually.HoldsAsync(() => Seen.Contains("traffic abort") && Seen.Contains("sockets abort"), "aborted", Cancelled);
        Assert.Equal((1, 1, 1), (Traffic.Running?.Revision, Sockets.Running?.Revision, Store.Current.Revision));
        Sockets.Refusal = null;
        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await AppliedAsync(null, "b.example.com")).Revision);
    }

    [Fact]
    public async Task A_part_that_is_silent_in_prepare_counts_as_refusing()
    {
        Sockets.IsSilent = true;

        Assert.IsType<ReloadAnswer.Failed>(await AppliedAsync(null, "b.example.com"));

        Assert.Contains(Recorded.Lines, line => line.Contains("Reason=sockets did not answer within 1 s."));
        Assert.Equal(1, Store.Current.Revision);
    }

    [Fact]
    public async Task A_part_that_fails_while_it_prepares_counts_as_refusing()
    {
        Sockets.IsSilent = true;
        var answer = ReloadAsync();
        (await Loads.NextAsync()).Hosts("b.example.com");
        await Eventually.HoldsAsync(() => Seen.Contains("sockets prepare 2"), "prepare", Cancelled);

        Parts[1].Tell(Kill.Instance);

        Assert.IsType<ReloadAnswer.Failed>(await answer);
        Assert.Contains(Recorded.Lines, line => line.Contains("Reason=sockets stopped while it prepared."));
    }

    [Fact]
    public async Task A_part_that_crashes_after_the_decision_catches_up_before_the_answer()
    {
        Traffic.CrashAtCommit.Enqueue(new InvalidOperationException("bug"));

        var answer = await AppliedAsync(null, "b.example.com");

        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(answer).Revision);
        Assert.Equal((2, 2), (Traffic.Running?.Revision, Sockets.Running?.Revision));
    }

    [Fact]
    public async Task A_part_that_hangs_in_commit_is_awaited_until_its_successor_runs_the_change()
    {
        Sockets.IsSilentAtCommit = true;
        var answer = ReloadAsync();
        (await Loads.NextAsync()).Hosts("b.example.com");
        await Eventually.HoldsAsync(() => Seen.Contains("traffic run 2"), "first commit", Cancelled);
        Assert.False(answer.IsCompleted);

        Sys.ActorOf(Props.Create(() => new FakePart(Config, "sockets", Sockets)));

        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await answer).Revision);
        Assert.Equal(2, Sockets.Running?.Revision);
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_a_read_keeps_the_last_good_snapshot_and_answers_those_who_wait()
    {
        var reading = ReloadAsync();
        var read = await Loads.NextAsync();
        var waiting = ReloadAsync();
        await ConfigHeardAllAsync();

        read.SetException(new IOException("disk on fire"));

        Assert.IsType<ReloadAnswer.Failed>(await reading);
        Assert.IsType<ReloadAnswer.Failed>(await waiting);
        Assert.Equal((1, ReloadOutcome.Failed), (Store.Current.Revision, LastEntry.Outcome));
        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await AppliedAsync(null, "b.example.com")).Revision);
    }

    [Fact]
    public async Task A_read_that_was_under_way_at_a_crash_is_not_taken_by_the_next_incarnation()
    {
        var reading = ReloadAsync();
        var read = await Loads.NextAsync();
        CrashConfig();
        Assert.IsType<ReloadAnswer.Failed>(await reading);

        var answer = ReloadAsync();
        var next = await Loads.NextAsync();
        read.Hosts("old.example.com");
        await ConfigHeardAllAsync();
        next.Hosts("new.example.com");

        Assert.Equal(["new.example.com"], Assert.IsType<ReloadAnswer.Reloaded>(await answer).Changes.SitesAdded);
    }

    [Fact]
    public async Task A_crash_after_the_decision_leaves_the_change_standing_and_answers_it_when_every_part_runs_it()
    {
        Sockets.IsSilentAtCommit = true;
        var answer = ReloadAsync();
        (await Loads.NextAsync()).Hosts("b.example.com");
        await Eventually.HoldsAsync(() => Seen.Contains("traffic run 2"), "first commit", Cancelled);

        CrashConfig();

        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await answer).Revision);
        Assert.Equal((2, 2), (Sockets.Running?.Revision, Store.Current.Revision));
        Assert.Equal(2, Store.State.History.Length);
    }

    [Fact]
    public async Task Of_two_operators_with_the_same_plan_exactly_one_wins()
    {
        var plan = Plan.Of(1, TestSnapshots.Hosts(TestSnapshots.First, "b.example.com").Snapshot);
        var answers = new[] { ReloadAsync(plan), ReloadAsync(plan) };
        (await Loads.NextAsync()).Hosts("b.example.com");
        (await Loads.NextAsync()).Hosts("b.example.com");

        await Task.WhenAll(answers);
        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await answers[0]).Revision);
        Assert.Equal(ReloadFailure.PlanIsStale, Assert.IsType<ReloadAnswer.Failed>(await answers[1]).Reason);
        Assert.Equal(2, Store.Current.Revision);
    }

    [Fact]
    public async Task A_plan_for_another_file_is_stale()
    {
        var plan = Plan.Of(1, TestSnapshots.Hosts(TestSnapshots.First, "b.example.com").Snapshot);
        var answer = ReloadAsync(plan);
        (await Loads.NextAsync()).Hosts("c.example.com");

        Assert.Equal(ReloadFailure.PlanIsStale, Assert.IsType<ReloadAnswer.Failed>(await answer).Reason);
        Assert.Equal(1, Store.Current.Revision);
    }
}
