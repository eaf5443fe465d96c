using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Xunit;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

public sealed class ConfirmationTests() : ConfigActorTests("actor-proxy.config { confirmation-check = 100ms, undo-retry = 5s }")
{
    [Fact]
    public async Task A_confirmed_reload_stays()
    {
        await AppliedAsync(60, "b.example.com");
        Assert.Equal((2, 60), (Store.State.Pending?.Revision, Store.State.Pending?.Left(Time).TotalSeconds));

        Assert.Equal(new Confirmed(2), await AskAsync(new Confirm()));

        Assert.Null(Store.State.Pending);
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.IsType<NothingToConfirm>(await AskAsync(new Confirm()));
        Assert.Equal(2, Store.Current.Revision);
    }

    [Fact]
    public async Task Without_a_reload_there_is_nothing_to_confirm() =>
        Assert.IsType<NothingToConfirm>(await AskAsync(new Confirm()));

    [Fact]
    public async Task An_unconfirmed_reload_undoes_itself_as_a_new_revision()
    {
        await AppliedAsync(2, "b.example.com");

        Time.Advance(TimeSpan.FromSeconds(2));

        await UndoneAsync();
        Assert.Equal("a.example.com", Traffic.Running?.Config.Listeners[0].Sites[0].Host);
        Assert.Equal((ReloadOutcome.AutoReverted, ReloadTrigger.AutoRevert, 3, 0), (LastEntry.Outcome, LastEntry.Trigger, LastEntry.Revision, LastEntry.Requesters));
        Assert.IsType<NothingToConfirm>(await AskAsync(new Confirm()));
    }

    [Fact]
    public async Task A_crash_does_not_stop_the_clock()
    {
        await AppliedAsync(2, "b.example.com");

        CrashConfig();
        Time.Advance(TimeSpan.FromSeconds(2));

        await UndoneAsync();
    }

    [Fact]
    public async Task While_one_is_unconfirmed_other_changes_are_refused()
    {
        await AppliedAsync(60, "b.example.com");

        Assert.Equal(ReloadFailure.ConfirmationPending, Assert.IsType<ReloadAnswer.Failed>(await ReloadAsync()).Reason);
        Assert.Equal(ReloadFailure.ConfirmationPending, Assert.IsType<ReloadAnswer.Failed>(await ReloadAsync(confirm: 5)).Reason);
        Assert.Equal(ReloadFailure.ConfirmationPending, Assert.IsType<ReloadAnswer.Failed>(await AskAsync(new Rollback(Revision: 1))).Reason);

        Assert.Equal((2, 2), (Store.Current.Revision, Store.State.Pending?.Revision));
        Assert.Equal(1, Loads.Count);
    }

    [Fact]
    public async Task A_plain_rollback_undoes_it_at_once()
    {
        await AppliedAsync(60, "b.example.com");

        var rolledBack = Assert.IsType<RolledBack>(await AskAsync(new Rollback()));

        Assert.Equal((3, 1), (rolledBack.Revision, rolledBack.Restored));
        Assert.Null(Store.State.Pending);
        Assert.Equal((ReloadOutcome.Applied, ReloadTrigger.Rollback), (LastEntry.Outcome, LastEntry.Trigger));
    }

    [Fact]
    public async Task One_that_changes_nothing_leaves_nothing_pending()
    {
        var answer = ReloadAsync(confirm: 60);
        (await Loads.NextAsync()).SetResult(TestSnapshots.Valid(TestSnapshots.First with { Revision = 2 }, TestSnapshots.First));

        Assert.False(Assert.IsType<ReloadAnswer.Reloaded>(await answer).Changed);
        Assert.Null(Store.State.Pending);
    }

    [Fact]
    public async Task An_undo_that_is_refused_is_tried_again()
    {
        await AppliedAsync(2, "b.example.com");
        Sockets.Refusal = "127.0.0.1:443 is taken.";
        Time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => LastEntry is { Outcome: ReloadOutcome.Failed, Trigger: ReloadTrigger.AutoRevert }, "refused", Cancelled);
        Assert.Equal(2, Store.State.Pending?.Revision);

        Sockets.Refusal = null;
        Time.Advance(TimeSpan.FromSeconds(5));

        await UndoneAsync();
    }

    private async Task UndoneAsync()
    {
        await Eventually.HoldsAsync(() => Traffic.Running?.Revision == 3 && Sockets.Running?.Revision == 3, "undone", Cancelled);
        Assert.Null(Store.State.Pending);
        Assert.True(ConfigDiff.Between(TestSnapshots.First, Store.Current).IsEmpty);
    }
}
