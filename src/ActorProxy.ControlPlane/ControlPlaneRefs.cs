using Akka.Actor;

namespace ActorProxy.ControlPlane;

/// <summary>Whom to tell. The references stay good over crashes and replacements.</summary>
/// <param name="Supervisor">Drills.</param>
/// <param name="Config">Reloads, rollbacks, confirmations.</param>
/// <param name="Validator">Dry runs.</param>
/// <param name="Log">Level and reopening.</param>
/// <param name="Signals">Signals that the process got.</param>
public sealed record ControlPlaneRefs(IActorRef Supervisor, IActorRef Config, IActorRef Validator, IActorRef Log, IActorRef Signals);
