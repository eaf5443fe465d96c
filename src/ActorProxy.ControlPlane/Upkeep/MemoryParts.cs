namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>What the memory actor looks at and does.</summary>
/// <param name="Connections">Client connections that are open.</param>
/// <param name="GiveBack">Returns unused memory to the system; stops the process for some milliseconds.</param>
/// <param name="Time">The clock.</param>
public sealed record MemoryParts(Func<long> Connections, Action GiveBack, TimeProvider Time);
