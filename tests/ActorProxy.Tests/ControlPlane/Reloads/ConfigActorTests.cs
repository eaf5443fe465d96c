using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Planes;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

/// <summary>A config actor with two parts, on a clock that the test moves.</summary>
public abstract class ConfigActorTests : ActorTests
{
    protected ConfigActorTests(string overrides = "")
        : base(overrides)
    {
        Store = TestSnapshots.Store(Time);
        Traffic = new PartBehaviour(Seen);
        Sockets = new PartBehaviour(Seen);
        Config = Sys.ActorOf(FakeKeeper.Props(
            ConfigActor.Props(
                new ConfigParts
                {
                    Store = Store,
                    Load = Loads.LoadAsync,
                    Startup = new StartupGate(),
                    Reloading = under => IsReloading = under,
                    Log = Recorded,
                },
                Settings.Config,
                ["traffic", "sockets"]),
            () => AskParts(new ParticipantMessages.Resubscribe())));
        Parts =
        [
            Sys.ActorOf(Props.Create(() => new FakePart(Config, "traffic", Traffic))),
            Sys.ActorOf(Props.Create(() => new FakePart(Config, "sockets", Sockets))),
        ];
    }

    private protected FakeTimeProvider Time { get; } = new();

    private protected SnapshotStore Store { get; }

    private protected ScriptedLoads Loads { get; } = new();

    private protected ConcurrentQueue<string> Seen { get; } = new();

    private protected PartBehaviour Traffic { get; }

    private protected PartBehaviour Sockets { get; }

    private protected IActorRef Config { get; }

    private protected ImmutableArray<IActorRef> Parts { get; private set; } = [];

    private protected bool IsReloading { get; private set; }

    private protected HistoryEntry LastEntry => Store.State.History[0];

    private protected Task<object> AskAsync(object message) => Config.Ask<object>(message, Deadline, Cancelled);

    private protected Task<object> ReloadAsync(string? plan = null, int? confirm = null) =>
        AskAsync(new Reload(ReloadTrigger.Socket, new Peer(1, 2, 3), plan, confirm));

    /// <summary>A reload of a file with these hosts, to its end.</summary>
    private protected async Task<object> AppliedAsync(int? confirm, params string[] hosts)
    {
        var answer = ReloadAsync(confirm: confirm);
        (await Loads.NextAsync()).Hosts(hosts);
        return await answer;
    }

    /// <summary>A mailbox keeps its order: what was told before this question has been heard.</summary>
    private protected Task ConfigHeardAllAsync() =>
        Config.Ask<SupervisionMessages.Alive>(new SupervisionMessages.Probe(1), Deadline, Cancelled);

    private protected void CrashConfig() => Config.Tell(new SupervisionMessages.Crash());

    private void AskParts(object message)
    {
        foreach (var part in Parts)
        {
            part.Tell(message);
        }
    }
}
