namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Looking at the disk failed in a way that nobody foresaw.</summary>
internal sealed class LookCrashedException(Exception cause) : Exception("Looking for drift crashed.", cause);
