namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>What could be read of a refused head, for its log line. What could not is empty.</summary>
internal sealed record RefusedHead(Refusal Refusal, string Method, string Host, string Path);
