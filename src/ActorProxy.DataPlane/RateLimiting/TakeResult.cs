namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>What a bucket answered.</summary>
/// <param name="Taken">Whether there was a token.</param>
/// <param name="Wait">Ticks until there is one.</param>
internal readonly record struct TakeResult(bool Taken, long Wait);
