namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>What the memory actor looks at and does.</summary>
/// <param name="Use">What is used now.</param>
/// <param name="GiveBack">Returns unused memory to the system, elsewhere: it stops the process for some milliseconds.</param>
/// <param name="Time">The clock.</param>
public sealed record MemoryParts(Func<MemoryUse> Use, Func<Task> GiveBack, TimeProvider Time);
