namespace ActorProxy.Core.Configuration;

/// <summary>The <c>[rate_limit]</c> table.</summary>
/// <param name="RequestsPerSecond">Tokens that a bucket gains a second. Above 0.</param>
/// <param name="Burst">The bucket's capacity. Above 0.</param>
public sealed record RateLimit(int RequestsPerSecond, int Burst);
