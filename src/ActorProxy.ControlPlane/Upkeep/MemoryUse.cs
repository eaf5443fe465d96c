namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Who uses memory, and how much.</summary>
/// <param name="Connections">Client connections that are open.</param>
/// <param name="Allocated">Bytes allocated since the start: how busy the process is.</param>
/// <param name="Resident">Bytes in RAM.</param>
public readonly record struct MemoryUse(long Connections, long Allocated, long Resident);
