namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Reading the configuration failed in a way that nobody foresaw.</summary>
internal sealed class ReloadCrashedException(Exception cause) : Exception("Reading the configuration crashed.", cause);
