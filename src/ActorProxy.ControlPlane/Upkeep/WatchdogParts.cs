using ActorProxy.ControlPlane.Supervision;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>What <c>watchdog</c> works with.</summary>
/// <param name="Pulse">Called about once a second while every long-lived actor answers.</param>
/// <param name="End">Ends the process.</param>
/// <param name="Time">Measures silence.</param>
internal sealed record WatchdogParts(Action Pulse, EndProcess End, TimeProvider Time);
