using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.Hosting;

/// <summary>Where the world without actors meets them: the only Ask in the program.</summary>
/// <param name="startup">Knows whom to ask once the start has ended.</param>
internal sealed class ControlPlaneGateway(StartupGate startup) : IControlPlane
{
    // Above the longest reload: reading, and ten seconds for a participant that is silent.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public async Task<ReloadAnswer> ReloadAsync(ReloadTrigger trigger, CancellationToken cancellationToken) =>
        await startup.Ended.WaitAsync(cancellationToken) is StartResult.Started started
            ? await started.Refs.Config.Ask<ReloadAnswer>(new ConfigMessages.Reload(trigger), Longest, cancellationToken)
            : new ReloadAnswer.Failed(ReloadFailure.Failed, "");
}
