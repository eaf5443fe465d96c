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

    private async Task ReloadAsync(IActorRef config, LogLevelName level, string host)
    {
        var answer = AskAsync<ReloadAnswer>(config, new ConfigMessages.Reload(ReloadTrigger.Socket));
        var load = await Loads.NextAsync();
        var next = TestSnapshots.Config(TestSnapshots.Listener(8443, host)) with { Logging = new ActorProxy.Core.Configuration.Logging { Level = level } };
        load.SetResult(TestSnapshots.Valid(TestSnapshots.Of(load.Current.Revision + 1, next), load.Current));
        Assert.True(Assert.IsType<ReloadAnswer.Reloaded>(await answer).Changed);
    }
}
