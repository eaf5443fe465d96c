using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

public sealed class ControlPlaneSupervisorTests() : ControlPlaneTests("""
    actor-proxy.supervision { probe-interval = 200ms, deaf-after = 1s, pulse-within = 700ms, give-up-after = 2500ms }
    """)
{
    // Longer than an actor may be deaf here; the end of a test waits for it.
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task The_start_ends_when_the_first_snapshot_is_live_and_every_listener_accepts()
    {
        await StartAsync();

        Assert.Equal([TestSnapshots.Address(8443)], Plane.Sockets.Open);
        await Eventually.HoldsAsync(() => Ledger.Actors.Length == 13, "every actor", Cancelled);
        Assert.Equal(
            [
                "certificates", "config", "data-plane", "descriptors", "drift", "listeners", "listeners/127.0.0.1:8443", "log", "memory", "signals",
                "supervisor", "validator", "watchdog",
            ],
            Ledger.Actors.Select(actor => actor.Name));
    }

    [Fact]
    public async Task A_taken_port_ends_the_start_with_the_reason()
    {
        Plane.Sockets.Taken[TestSnapshots.Address(8443)] = "127.0.0.1:8443 is taken.";

        Begin();

        var result = await Startup.Ended.WaitAsync(Deadline, Cancelled);
        Assert.Equal(new StartResult.Refused("127.0.0.1:8443 is taken."), result);
        Assert.Empty(Plane.Sockets.Bound);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("data-plane")]
    [InlineData("listeners")]
    [InlineData("listeners/127.0.0.1:8443")]
    [InlineData("validator")]
    [InlineData("log")]
    [InlineData("signals")]
    [InlineData("drift")]
    [InlineData("certificates")]
    [InlineData("descriptors")]
    [InlineData("memory")]
    [InlineData("watchdog")]
    public async Task A_crashed_actor_is_restarted_and_reloads_go_on(string name)
    {
        var refs = await StartAsync();
        await Eventually.HoldsAsync(() => Ledger.Find(name) is not null, name, Cancelled);

        await AskAsync<SupervisionMessages.DrillBegun>(refs.Supervisor, new SupervisionMessages.CrashActor(name));

        await Eventually.HoldsAsync(
            () => Ledger.Actors.Any(actor => actor is { Restarts: 1, State: ActorState.Running } && actor.Name == name), "restarted", Cancelled);
        Assert.Equal("DrillException", Entry(name).LastFailure?.Kind);
        await ReloadAsync(refs, "b.example.com");
        Assert.False(Ended.IsCompleted);
        Assert.Equal([TestSnapshots.Address(8443)], Plane.Sockets.Open);
        Assert.DoesNotContain(Plane.Sockets.Calls, call => call.StartsWith("close"));
    }

    [Theory]
    [InlineData("config")]
    [InlineData("data-plane")]
    [InlineData("listeners")]
    [InlineData("listeners/127.0.0.1:8443")]
    [InlineData("watchdog")]
    public async Task A_deaf_actor_is_replaced_under_its_name_and_reloads_go_on(string name)
    {
        var refs = await StartAsync();
        await Eventually.HoldsAsync(() => Ledger.Find(name) is not null, name, Cancelled);

        await AskAsync<SupervisionMessages.DrillBegun>(refs.Supervisor, new SupervisionMessages.HangActor(name, Hang));

        await Eventually.HoldsAsync(() => Readiness.IsDegraded, "degraded", Cancelled);
        await Eventually.HoldsAsync(
            () => Ledger.Actors.Any(actor => actor is { Restarts: 1, State: ActorState.Running } && actor.Name == name), "replaced", Cancelled);
        Assert.Equal("deaf", Entry(name).LastFailure?.Kind);
        await Eventually.HoldsAsync(() => !Readiness.IsDegraded, "ready again", Cancelled);
        await ReloadAsync(refs, "b.example.com");
        Assert.False(Ended.IsCompleted);
    }

    [Fact]
    public async Task A_reload_that_a_hung_actor_never_saw_is_served_by_its_successor()
    {
        var refs = await StartAsync();
        await AskAsync<SupervisionMessages.DrillBegun>(refs.Supervisor, new SupervisionMessages.HangActor("config", Hang));

        await ReloadAsync(refs, "b.example.com");

        Assert.Equal(1, Entry("config").Restarts);
    }

    [Fact]
    public async Task An_actor_that_fails_too_often_ends_the_process_and_says_who_and_why()
    {
        var refs = await StartAsync();

        for (var i = 0; i <= Settings.Supervision.MaxFailures; i++)
        {
            refs.Supervisor.Tell(new SupervisionMessages.CrashActor("log"), TestActor);
        }

        Assert.StartsWith("log: failed too often, at last with DrillException", await Ended.WaitAsync(Deadline, Cancelled));
    }

    [Fact]
    public async Task An_actor_that_stops_ends_the_process()
    {
        var refs = await StartAsync();
        await ReloadAsync(refs, "b.example.com");

        Sys.Stop(await Sys.ActorSelection(refs.Config.Path / "*").ResolveOne(Deadline, Cancelled));

        Assert.Equal("config: stopped by itself", await Ended.WaitAsync(Deadline, Cancelled));
    }

    [Fact]
    public async Task A_supervisor_that_fails_ends_the_process()
    {
        var refs = await StartAsync();

        refs.Supervisor.Tell(new SupervisionMessages.CrashActor("supervisor"), TestActor);

        Assert.StartsWith("supervisor: failed with DrillException", await Ended.WaitAsync(Deadline, Cancelled));
    }

    [Fact]
    public async Task A_supervisor_that_hangs_gets_no_pulse_and_ends_the_process()
    {
        var refs = await StartAsync();
        await Eventually.HoldsAsync(() => Pulses > 1, "a pulse", Cancelled);

        refs.Supervisor.Tell(new SupervisionMessages.HangActor("supervisor", Hang), TestActor);

        Assert.StartsWith("supervisor: was silent", await Ended.WaitAsync(Deadline, Cancelled));
    }

    [Fact]
    public async Task A_drill_of_nobody_is_refused()
    {
        var refs = await StartAsync();

        await AskAsync<SupervisionMessages.UnknownActor>(refs.Supervisor, new SupervisionMessages.CrashActor("nobody"));
    }

    private async Task ReloadAsync(ControlPlaneRefs refs, params string[] hosts)
    {
        var answer = AskAsync<object>(refs.Config, new ConfigMessages.Reload(ReloadTrigger.Socket));
        (await Loads.NextAsync()).Hosts(hosts);
        Assert.Equal(2, Assert.IsType<ReloadAnswer.Reloaded>(await answer).Revision);
        Assert.Equal(2, Plane.Live.Revision);
    }
}
