namespace ActorProxy.ControlPlane.Traffic;

/// <summary>Binding failed in a way that nobody foresaw.</summary>
internal sealed class ListenersCrashedException(Exception cause) : Exception("Binding a listener crashed.", cause);
