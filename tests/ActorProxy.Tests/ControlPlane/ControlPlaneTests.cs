using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using Akka.Actor;
using Xunit;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>The whole tree as it is shipped, over a data plane that exists by name only.</summary>
public abstract class ControlPlaneTests : ActorTests
{
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pulses;
    private int _reopened;

    protected ControlPlaneTests(string overrides = "")
        : base(overrides)
    {
        Store = TestSnapshots.Store();
        Plane = new FakeDataPlane(TestSnapshots.First);
        Ledger = new RestartLedger(TimeProvider.System);
        Drift = new Drift(Store, "/nowhere/config.toml");
    }

    private protected SnapshotStore Store { get; }

    private protected FakeDataPlane Plane { get; }

    private protected ScriptedLoads Loads { get; } = new();

    private protected RestartLedger Ledger { get; }

    private protected Drift Drift { get; }

    private protected StartupGate Startup { get; } = new();

    private protected Readiness Readiness { get; } = new();

    private protected List<LogLevelName> Levels { get; } = [];

    private protected int Pulses => Volatile.Read(ref _pulses);

    private protected int Reopened => Volatile.Read(ref _reopened);

    /// <summary>How many descriptors the process seems to have.</summary>
    private protected DescriptorUse Use { get; set; } = new(10, 100);

    /// <summary>Who ended the process, and why.</summary>
    private protected Task<string> Ended => _ended.Task;

    private protected async Task<ControlPlaneRefs> StartAsync()
    {
        Begin();
        var result = await Startup.Ended.WaitAsync(Deadline, Cancelled);
        return Assert.IsType<StartResult.Started>(result).Refs;
    }

    private protected IActorRef Begin() => Sys.ActorOf(
        ControlPlaneSupervisor.Props(new ControlPlaneParts
        {
            Settings = Settings,
            Store = Store,
            Load = Loads.LoadAsync,
            DataPlane = Plane,
            Startup = Startup,
            Ledger = Ledger,
            Drift = Drift,
            Readiness = Readiness,
            LogLevels = new LogLevels(LogLevelName.Info, Levels.Add),
            ReopenLog = () => Interlocked.Increment(ref _reopened),
            Reloading = _ => { },
            WatchdogPulse = () => Interlocked.Increment(ref _pulses),
            Descriptors = () => Use,
            Memory = new MemoryParts(() => new MemoryUse(0, 0, 0), () => Task.CompletedTask, TimeProvider.System),
            End = (who, why) => _ended.TrySetResult($"{who}: {why}"),
            Loggers = Recorded,
            Time = TimeProvider.System,
        }),
        "supervisor");

    private protected ActorEntry Entry(string name) => Ledger.Actors.Single(actor => actor.Name == name);

    private protected async Task<T> AskAsync<T>(IActorRef actor, object message) => await actor.Ask<T>(message, Deadline, Cancelled);
}
