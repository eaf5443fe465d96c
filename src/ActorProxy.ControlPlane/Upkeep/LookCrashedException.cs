namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>A look, or what it led to, failed in a way that nobody foresaw.</summary>
internal sealed class LookCrashedException(Exception cause) : Exception("A look crashed.", cause);
