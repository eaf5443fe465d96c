using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core.Planes;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane;

/// <summary>Everything that the actors work with and that outlives them. Made by the host. No delegate may block or throw.</summary>
public sealed record ControlPlaneParts
{
    /// <summary>Read from HOCON before the actor system starts.</summary>
    public required ActorSettings Settings { get; init; }

    /// <summary>Begins with the first snapshot.</summary>
    public required SnapshotStore Store { get; init; }

    /// <summary>Reads the file, at any time and from several actors at once.</summary>
    public required LoadSnapshot Load { get; init; }

    /// <summary>Where traffic is served.</summary>
    public required IDataPlane DataPlane { get; init; }

    /// <summary>Tells the host how the start ended.</summary>
    public required StartupGate Startup { get; init; }

    /// <summary>Which actors there are.</summary>
    public required RestartLedger Ledger { get; init; }

    /// <summary>What differs between the disk and what runs.</summary>
    public required Drift Drift { get; init; }

    /// <summary>The state of each component.</summary>
    public required Readiness Readiness { get; init; }

    /// <summary>The log's level.</summary>
    public required LogLevels LogLevels { get; init; }

    /// <summary>Opens the log file anew.</summary>
    public required Action ReopenLog { get; init; }

    /// <summary>Told when a change of the configuration begins (true) and has ended (false); false may come twice.</summary>
    public required Action<bool> Reloading { get; init; }

    /// <summary>Called about once a second while every long-lived actor answers.</summary>
    public required Action WatchdogPulse { get; init; }

    /// <summary>Counts the descriptors, without taking one.</summary>
    public required Func<DescriptorUse> Descriptors { get; init; }

    /// <summary>What gives memory back after a crowd.</summary>
    public required MemoryParts Memory { get; init; }

    /// <summary>Ends the process.</summary>
    public required EndProcess End { get; init; }

    /// <summary>Makes the actor of the admin socket; <c>null</c> when it is disabled. The actor derives from <see cref="ControlPlaneActor"/>.</summary>
    public Func<ControlPlaneRefs, Props>? AdminSocket { get; init; }

    /// <summary>Names loggers after actors.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
