namespace ActorProxy.ControlPlane.Supervision;

/// <summary>A crash that an operator asked for.</summary>
public sealed class DrillException() : Exception("crashed by a drill");
