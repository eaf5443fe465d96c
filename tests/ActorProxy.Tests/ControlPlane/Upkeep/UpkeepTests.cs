using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Upkeep;

public sealed class UpkeepTests : ControlPlaneTests
{
    [Fact]
    public async Task SIGHUP_reloads()
    {
        var refs = await StartAsync();

        refs.Signals.Tell(new SignalMessages.HangUp());
        (await Loads.NextAsync()).Hosts("b.example.com");

        await Eventually.HoldsAsync(() => Plane.Live.Revision == 2, "reloaded", Cancelled);
        Assert.Equal((ReloadTrigger.Sighup, null), (Store.State.History[0].Trigger, Store.State.History[0].Peer));
        Assert.Contains("SIGNAL Signal=SIGHUP", Recorded.Lines);
    }

    [Fact]
    public async Task SIGUSR1_opens_the_log_anew()
    {
        var refs = await StartAsync();

        refs.Signals.Tell(new SignalMessages.User1());

        await Eventually.HoldsAsync(() => Reopened == 1, "reopened", Cancelled);
    }

    [Fact]
    public async Task A_level_set_by_an_operator_holds_until_a_reload_changes_the_configured_one()
    {
        var refs = await StartAsync();

        await AskAsync<LogMessages.Done>(refs.Log, new LogMessages.SetLevel(LogLevelName.Trace));
        refs.Supervisor.Tell(new SupervisionMessages.CrashActor("log"));
        await Eventually.HoldsAsync(() => Ledger.Restarts.GetValueOrDefault("log") == 1, "restarted", Cancelled);
        await ReloadAsync(refs.Config, LogLevelName.Info, "b.example.com");
        Assert.Equal([LogLevelName.Trace], Levels);

        await ReloadAsync(refs.Config, LogLevelName.Debug, "b.example.com");
        Assert.Equal([LogLevelName.Trace, LogLevelName.Debug], Levels);
    }

    [Fact]
    public async Task Opening_the_log_anew_is_answered()
    {
        var refs = await StartAsync();

        await AskAsync<LogMessages.Done>(refs.Log, new LogMessages.Reopen());

        Assert.Equal(1, Reopened);
    }

    [Fact]
    public async Task A_shortage_of_descriptors_is_one_warning_and_the_next_one_another()
    {
        var refs = await StartAsync();
        var descriptors = await Sys.ActorSelection(refs.Supervisor.Path / "descriptors" / "*").ResolveOne(Deadline, Cancelled);

        foreach (var open in new[] { 79, 80, 90, 79, 81, 70, 85, 69, 79, 95 })
        {
            Use = new DescriptorUse(open * 10, 1000);
            descriptors.Tell(new DescriptorsActor.LookDue());
            await descriptors.Ask<SupervisionMessages.Alive>(new SupervisionMessages.Probe(1), Deadline, Cancelled);
        }

        Assert.Equal(
            ["DESCRIPTORS_LOW Open=800 Limit=1000 Percent=80", "DESCRIPTORS_LOW Open=950 Limit=1000 Percent=95"],
            Recorded.Lines.Where(line => line.StartsWith("DESCRIPTORS_LOW", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Memory_is_given_back_when_a_crowd_has_left_and_not_between_two()
    {
        var refs = await StartAsync();
        var memory = await Sys.ActorSelection(refs.Supervisor.Path / "memory" / "*").ResolveOne(Deadline, Cancelled);

        // No crowd; a crowd with one gap; one that leaves, at the first calm look.
        await LookAsync(memory, 200, 0, 0, 1000, 0, 1000, 600, 250);
        Assert.Equal(0, GivenBack);
        await LookAsync(memory, 240);
        await Eventually.HoldsAsync(() => GivenBack == 1, "given back", Cancelled);

        // Not again so soon.
        await LookAsync(memory, 10, 1000, 10, 10);
        Assert.Equal(1, GivenBack);
    }

    [Theory]
    [InlineData(1_000, 111, 1)]
    [InlineData(1_000, 104, 0)]
    [InlineData(10_000_000, 111, 0)]
    public async Task Memory_is_given_back_when_the_proxy_is_idle_and_has_grown(int allocated, int resident, int times)
    {
        Memory = new MemoryUse(0, 0, 100);
        var refs = await StartAsync();
        var memory = await Sys.ActorSelection(refs.Supervisor.Path / "memory" / "*").ResolveOne(Deadline, Cancelled);

        for (var look = 0; look < 3; look++)
        {
            Memory = new MemoryUse(10, Memory.Allocated + allocated, resident);
            memory.Tell(new MemoryActor.LookDue());
            await memory.Ask<SupervisionMessages.Alive>(new SupervisionMessages.Probe(1), Deadline, Cancelled);
        }

        await Eventually.HoldsAsync(() => GivenBack == times, "given back", Cancelled);
    }

    private async Task LookAsync(IActorRef memory, params int[] connections)
    {
        foreach (var now in connections)
        {
            // Busy, and no larger than ever.
            Memory = new MemoryUse(now, Memory.Allocated + 10_000_000, 0);
            memory.Tell(new MemoryActor.LookDue());
            await memory.Ask<SupervisionMessages.Alive>(new SupervisionMessages.Probe(1), Deadline, Cancelled);
        }
    }

    private async Task ReloadAsync(IActorRef config, LogLevelName level, string host)
    {
        var answer = AskAsync<ReloadAnswer>(config, new ConfigMessages.Reload(ReloadTrigger.Socket));
        var load = await Loads.NextAsync();
        var next = TestSnapshots.Config(TestSnapshots.Listener(8443, host)) with { Logging = new ActorProxy.Core.Configuration.Logging { Level = level } };
        load.SetResult(TestSnapshots.Valid(TestSnapshots.Of(load.Current.Revision + 1, next), load.Current));
        Assert.True(Assert.IsType<ReloadAnswer.Reloaded>(await answer).Changed);
    }
}
