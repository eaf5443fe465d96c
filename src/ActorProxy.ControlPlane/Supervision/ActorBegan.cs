namespace ActorProxy.ControlPlane.Supervision;

/// <summary>From a keeper to its parent: an incarnation of its worker has begun, the first or after a failure.</summary>
/// <param name="Name">The public name.</param>
internal sealed record ActorBegan(string Name);
