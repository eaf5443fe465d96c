using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>A routing table that is only a revision.</summary>
internal sealed class FakeDataPlane(Snapshot first) : IDataPlane
{
    private Snapshot _live = first;

    public FakeListeners Sockets { get; } = new();

    public IListeners Listeners => Sockets;

    public Snapshot Live => Volatile.Read(ref _live);

    public IReadOnlyList<SnapshotInUse> SnapshotsInUse => [new(Live.Revision, Requests: 0, OldestSecs: 0)];

    /// <summary>While set, preparing throws it.</summary>
    public Exception? Bug { get; set; }

    public IPreparedRouting Prepare(Snapshot snapshot) => Bug is { } bug ? throw bug : new Prepared(this, snapshot);

    private sealed class Prepared(FakeDataPlane plane, Snapshot snapshot) : IPreparedRouting
    {
        public void Commit()
        {
            if (snapshot.Revision > plane.Live.Revision)
            {
                Volatile.Write(ref plane._live, snapshot);
            }
        }
    }
}
