using ActorProxy.Core.Planes;
using Xunit;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

public sealed class GatheringTests() : ConfigActorTests("actor-proxy.config { gather-after = 1s, gather-quiet = 300ms, gather-at-most = 10s }")
{
    [Fact]
    public async Task A_crowd_that_comes_one_after_the_other_shares_one_read()
    {
        await FirstAsync();
        var crowd = new List<Task<object>>();
        for (var number = 0; number < 50; number++)
        {
            crowd.Add(ReloadAsync());
            await ConfigHeardAllAsync();
        }

        (await Loads.NextAsync()).Hosts("b.example.com");

        Assert.All(await Task.WhenAll(crowd), answer => Assert.Equal(3, Assert.IsType<ReloadAnswer.Reloaded>(answer).Revision));
        Assert.Equal((2, 50), (Loads.Count, LastEntry.Requesters));
    }

    [Fact]
    public async Task A_crowd_that_never_ends_is_served_all_the_same()
    {
        await FirstAsync();
        var crowd = new List<Task<object>> { ReloadAsync() };
        await ConfigHeardAllAsync();
        Time.Advance(TimeSpan.FromSeconds(10));

        var begun = Loads.NextAsync().AsTask();
        while (!begun.IsCompleted)
        {
            crowd.Add(ReloadAsync());
            await ConfigHeardAllAsync();
        }

        (await begun).Hosts("b.example.com");
        Assert.IsType<ReloadAnswer.Reloaded>(await crowd[0]);
    }

    [Fact]
    public async Task A_reload_with_a_plan_does_not_wait_for_company()
    {
        await FirstAsync();
        var crowd = ReloadAsync();
        await ConfigHeardAllAsync();
        var planned = ReloadAsync(plan: "x");
        (await Loads.NextAsync()).Hosts("b.example.com");
        (await Loads.NextAsync()).Hosts("c.example.com");

        Assert.IsType<ReloadAnswer.Reloaded>(await crowd);
        Assert.Equal(ReloadFailure.PlanIsStale, Assert.IsType<ReloadAnswer.Failed>(await planned).Reason);
    }

    [Fact]
    public async Task Whoever_waits_for_company_at_a_crash_is_told()
    {
        await FirstAsync();
        var waiting = ReloadAsync();
        await ConfigHeardAllAsync();

        CrashConfig();

        Assert.Equal(ReloadFailure.Failed, Assert.IsType<ReloadAnswer.Failed>(await waiting).Reason);
        Assert.Equal(1, Loads.Count);
    }

    // The one after which a crowd is a crowd.
    private async Task FirstAsync() => Assert.IsType<ReloadAnswer.Reloaded>(await AppliedAsync(confirm: null, "first.example.com"));
}
