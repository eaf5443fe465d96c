namespace ActorProxy.DataPlane.Forwarding;

/// <summary>A body of unknown length grew over the limit while it was forwarded.</summary>
internal sealed class BodyTooLargeException(long limit) : IOException($"the request body is larger than {limit} bytes");
