using System.Collections.Immutable;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Traffic;
using ActorProxy.ControlPlane.Upkeep;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>The root of the tree: makes a keeper for each long-lived actor, and ends the process when one can't go on.</summary>
public sealed class ControlPlaneSupervisor : ControlPlaneActor
{
    private static readonly ImmutableArray<string> Participants = [ActorNames.DataPlane, ActorNames.Listeners, ActorNames.Log];

    private readonly ControlPlaneParts _parts;
    private readonly KeeperParts _keepers;
    private readonly ILogger _log;
    private readonly Dictionary<string, IActorRef> _kept = new(StringComparer.Ordinal);

    /// <summary>Called by Akka; <see cref="Props"/> says how it is made.</summary>
    /// <param name="parts">What the actors work with.</param>
    public ControlPlaneSupervisor(ControlPlaneParts parts)
    {
        _parts = parts;
        _log = parts.Loggers.CreateLogger(ActorNames.Supervisor);
        _keepers = new KeeperParts(parts.Settings.Supervision, parts.Ledger, parts.Readiness, parts.End, parts.Time, _log);
        Receive<SupervisionMessages.CrashActor>(crash => Drill(crash.Name, new SupervisionMessages.Crash()));
        Receive<SupervisionMessages.HangActor>(hang => Drill(hang.Name, new SupervisionMessages.Hang(hang.Duration)));
        Receive<ActorBegan>(_ => TellParticipants(), began => began.Name == ActorNames.Config);
        Receive<ActorBegan>(_ => { });
        Receive<KeeperEnded>(ended => parts.End(ended.Name, "its keeper stopped"));
    }

    /// <summary>How it is made: as the actor system's one top-level actor, named <c>supervisor</c>.</summary>
    /// <param name="parts">What the actors work with.</param>
    public static Props Props(ControlPlaneParts parts) =>
        Akka.Actor.Props.Create(() => new ControlPlaneSupervisor(parts)).WithDispatcher(ActorNames.SupervisionDispatcher);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _parts.Ledger.Register(ActorNames.Supervisor, Self, longLived: true);
        var config = Keep(ActorNames.Config, ConfigActor.Props(ConfigParts(), _parts.Settings.Config, Participants));
        var log = Keep(ActorNames.Log, LogActor.Props(config, _parts.LogLevels, _parts.ReopenLog, Logger(ActorNames.Log)));
        var refs = new ControlPlaneRefs(
            Self,
            config,
            Keep(ActorNames.Validator, ValidatorActor.Props(_parts.Store, _parts.Load, _parts.Settings.Config, Logger(ActorNames.Validator))),
            log,
            Keep(ActorNames.Signals, SignalsActor.Props(config, log, Logger(ActorNames.Signals))));
        _parts.Startup.Built(refs);
        Keep(ActorNames.DataPlane, DataPlaneActor.Props(config, _parts.DataPlane));
        Keep(ActorNames.Listeners, ListenersActor.Props(config, ListenersParts()));
        Keep(ActorNames.Drift, DriftActor.Props(_parts.Drift, _parts.Settings.Drift, Logger(ActorNames.Drift)));
        Keep(ActorNames.Certificates, CertificatesActor.Props(_parts.Store, _parts.Settings.Certificates, Logger(ActorNames.Certificates)));
        Keep(ActorNames.Descriptors, DescriptorsActor.Props(_parts.Descriptors, _parts.Settings.Descriptors, Logger(ActorNames.Descriptors)));
        Keep(ActorNames.Memory, MemoryActor.Props(_parts.Memory, _parts.Settings.Memory));
        Keep(ActorNames.Watchdog, WatchdogActor.Props(
            Self, _parts.Ledger, _parts.Settings.Supervision, new WatchdogParts(_parts.WatchdogPulse, _parts.End, _parts.Time)));
        if (_parts.AdminSocket is { } adminSocket)
        {
            Keep(ActorNames.AdminSocket, adminSocket(refs));
        }
    }

    /// <summary>Who supervises has failed: nothing below it can be trusted, and systemd starts a new process.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        var errorId = ErrorId.New();
        _log.ActorFailed(reason, ActorNames.Supervisor, errorId);
        _parts.End(ActorNames.Supervisor, $"failed with {reason.GetType().Name} (error_id={errorId})");
        base.PreRestart(reason, message);
    }

    /// <summary>Begins nothing again: the process is ending, and what was bound now would be bound against that.</summary>
    protected override void PostRestart(Exception reason)
    {
    }

    // A keeper does nothing that can fail but what it is drilled to do; its worker's failures are its own business.
    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        _parts.Settings.Supervision.MaxFailures, (int)_parts.Settings.Supervision.Within.TotalMilliseconds, _ => Directive.Restart);

    private IActorRef Keep(string name, Props worker)
    {
        var keeper = Context.ActorOf(KeeperActor.Props(name, worker, _keepers), name);
        Context.WatchWith(keeper, new KeeperEnded(name));
        _kept[name] = keeper;
        return keeper;
    }

    private void TellParticipants()
    {
        foreach (var participant in Participants)
        {
            _kept[participant].Tell(new ParticipantMessages.Resubscribe());
        }
    }

    private void Drill(string name, object drill)
    {
        if (_parts.Ledger.Find(name) is not { } actor)
        {
            Sender.Tell(new SupervisionMessages.UnknownActor());
            return;
        }

        _log.Drill(name, drill is SupervisionMessages.Crash ? "crash" : "hang");
        Sender.Tell(new SupervisionMessages.DrillBegun());
        actor.Tell(drill);
    }

    private ConfigParts ConfigParts() => new()
    {
        Store = _parts.Store,
        Load = _parts.Load,
        Startup = _parts.Startup,
        Reloading = _parts.Reloading,
        Log = Logger(ActorNames.Config),
    };

    private ListenersParts ListenersParts() => new()
    {
        Listeners = _parts.DataPlane.Listeners,
        Startup = _parts.Startup,
        Readiness = _parts.Readiness,
        Drain = TimeSpan.FromSeconds(_parts.Store.Running.ShutdownTimeoutSecs),
        Keepers = _keepers,
        Settings = _parts.Settings.Listeners,
        Log = Logger(ActorNames.Listeners),
    };

    private ILogger Logger(string name) => _parts.Loggers.CreateLogger(name);

    private sealed record KeeperEnded(string Name);
}
