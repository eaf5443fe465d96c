namespace ActorProxy.Core.Configuration;

/// <summary>The <c>[body]</c> table.</summary>
/// <param name="LimitBytes">The largest request body that is forwarded. Above 0.</param>
public sealed record Body(long LimitBytes);
