namespace ActorProxy.ControlPlane.Supervision;

/// <summary>One actor as the <c>actors</c> command shows it.</summary>
/// <param name="Name">Its public name: <c>config</c>, <c>listeners/203.0.113.10:443</c>; the same over all incarnations.</param>
/// <param name="State">How it does.</param>
/// <param name="Restarts">How often it was restarted or replaced since the process began.</param>
/// <param name="LastFailure">Why, the last time.</param>
/// <param name="Uptime">How long this incarnation has run.</param>
public sealed record ActorEntry(string Name, ActorState State, long Restarts, ActorFailure? LastFailure, TimeSpan Uptime);
