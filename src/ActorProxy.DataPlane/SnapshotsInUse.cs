using ActorProxy.Core.Planes;

namespace ActorProxy.DataPlane;

/// <summary>
/// Every table that was live and still serves a request. Kept weakly: a request that just took a table, and has not yet said
/// so, holds it.
/// </summary>
internal sealed class SnapshotsInUse
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<RoutingTable>> _tables = [];

    public void Add(RoutingTable table)
    {
        lock (_lock)
        {
            _tables.RemoveAll(known => !known.TryGetTarget(out _));
            _tables.Add(new WeakReference<RoutingTable>(table));
        }
    }

    /// <summary>The live snapshot and those that requests still run on, oldest first.</summary>
    public IReadOnlyList<SnapshotInUse> List(RoutingTable live, TimeProvider time)
    {
        var list = new List<SnapshotInUse>();
        lock (_lock)
        {
            foreach (var known in _tables)
            {
                if (known.TryGetTarget(out var table) && table.Use.Look() is var (count, oldest) && (count > 0 || table == live))
                {
                    var age = oldest is { } began ? time.GetElapsedTime(began) : TimeSpan.Zero;
                    list.Add(new SnapshotInUse(table.Revision, count, (long)age.TotalSeconds));
                }
            }
        }

        return list;
    }
}
