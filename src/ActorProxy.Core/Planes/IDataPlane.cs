using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Planes;

/// <summary>What the control plane may ask of the data plane. No call blocks; none waits for a request in flight.</summary>
public interface IDataPlane
{
    /// <summary>The listening sockets and the servers behind them.</summary>
    IListeners Listeners { get; }

    /// <summary>The snapshot that new requests begin with.</summary>
    Snapshot Live { get; }

    /// <summary>The live snapshot and those that requests still run on, oldest first.</summary>
    IReadOnlyList<SnapshotInUse> SnapshotsInUse { get; }

    /// <summary>Builds aside what requests read of a snapshot: routes, limits, certificates. Any thread; throws only on bugs.</summary>
    /// <param name="snapshot">A valid snapshot.</param>
    IPreparedRouting Prepare(Snapshot snapshot);
}
