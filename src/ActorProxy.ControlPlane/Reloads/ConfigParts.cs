using ActorProxy.Core.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Reads and checks the file. Gives the caller's thread back at once; foreseen failures are results.</summary>
/// <param name="current">What is live.</param>
/// <param name="running">What the process started with.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
public delegate Task<LoadResult> LoadSnapshot(Snapshot? current, ProxyConfig? running, CancellationToken cancellationToken);

/// <summary>What <c>config</c> works with and does not own.</summary>
internal sealed record ConfigParts
{
    public required SnapshotStore Store { get; init; }

    public required LoadSnapshot Load { get; init; }

    public required StartupGate Startup { get; init; }

    /// <summary>Told when a change of the configuration begins (true) and has ended (false).</summary>
    public required Action<bool> Reloading { get; init; }

    public required ILogger Log { get; init; }
}
