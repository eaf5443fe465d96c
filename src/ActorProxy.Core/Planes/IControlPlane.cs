namespace ActorProxy.Core.Planes;

/// <summary>What the world outside the actors (signals, the management server) may ask of the control plane.</summary>
public interface IControlPlane
{
    /// <summary>Reads the file again and applies it. The answer comes after the commit: a later request is served by the new configuration.</summary>
    /// <param name="trigger">Where it came from, for the history and the log.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer; the reload goes on.</param>
    Task<ReloadAnswer> ReloadAsync(ReloadTrigger trigger, CancellationToken cancellationToken);
}
