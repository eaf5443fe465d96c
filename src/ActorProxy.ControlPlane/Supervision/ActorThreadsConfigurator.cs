using Akka.Configuration;
using Akka.Dispatch;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>Makes a dispatcher's <see cref="ActorThreads"/>, as its <c>executor</c> says in <c>hocon/</c>.</summary>
/// <param name="config">The dispatcher's section: <c>thread-count</c>.</param>
/// <param name="prerequisites">Akka's own.</param>
internal sealed class ActorThreadsConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new ActorThreads(id, Config.GetInt("thread-count"));
}
