using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.Hosting;

/// <summary>Where the world without actors meets them: the only Ask in the program.</summary>
internal sealed class ControlPlaneGateway(ControlPlaneRefs refs) : IControlPlane
{
    // Above the longest reload: reading, and ten seconds for a participant that is silent.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public Task<ReloadAnswer> ReloadAsync(ReloadTrigger trigger, CancellationToken cancellationToken) =>
        refs.Config.Ask<ReloadAnswer>(new ConfigMessages.Reload(trigger), Longest, cancellationToken);
}
