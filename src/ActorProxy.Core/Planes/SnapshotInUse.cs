namespace ActorProxy.Core.Planes;

/// <summary>A snapshot that requests still run on, or that new ones begin with.</summary>
/// <param name="Revision">Which one.</param>
/// <param name="Requests">Requests that began with it and have not ended.</param>
/// <param name="OldestSecs">Age of the oldest of them, in whole seconds; 0 when there is none.</param>
public sealed record SnapshotInUse(long Revision, int Requests, long OldestSecs);
