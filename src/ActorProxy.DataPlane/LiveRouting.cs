using ActorProxy.Core.Planes;

namespace ActorProxy.DataPlane;

/// <summary>The one mutable cell of the data plane. A request reads it once, at its start, and keeps what it read to its end.</summary>
internal sealed class LiveRouting
{
    private readonly SnapshotsInUse _inUse = new();
    private RoutingTable _current;

    public LiveRouting(RoutingTable first)
    {
        _current = first;
        _inUse.Add(first);
    }

    public RoutingTable Current => Volatile.Read(ref _current);

    /// <summary>Swaps the table in. A table older than the live one is left out: a late commit can't undo a newer one.</summary>
    public void Swap(RoutingTable next)
    {
        _inUse.Add(next);
        var current = Current;
        while (next.Revision > current.Revision)
        {
            var seen = Interlocked.CompareExchange(ref _current, next, current);
            if (ReferenceEquals(seen, current))
            {
                return;
            }

            current = seen;
        }
    }

    /// <summary>The live snapshot and those that requests still run on, oldest first.</summary>
    public IReadOnlyList<SnapshotInUse> InUse(TimeProvider time) => _inUse.List(Current, time);
}
