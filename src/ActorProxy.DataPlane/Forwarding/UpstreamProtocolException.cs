namespace ActorProxy.DataPlane.Forwarding;

/// <summary>The upstream's answer breaks the rules of HTTP, or was not asked for.</summary>
internal sealed class UpstreamProtocolException(string reason) : IOException(reason);
