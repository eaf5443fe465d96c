using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Planes;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Traffic;

/// <summary>What <c>listeners</c> works with.</summary>
internal sealed record ListenersParts
{
    public required IListeners Listeners { get; init; }

    public required StartupGate Startup { get; init; }

    public required Readiness Readiness { get; init; }

    /// <summary>How long connections of a removed listener may go on.</summary>
    public required TimeSpan Drain { get; init; }

    public required KeeperParts Keepers { get; init; }

    public required ListenersSettings Settings { get; init; }

    public required ILogger Log { get; init; }
}
