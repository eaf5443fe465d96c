using System.Collections.Immutable;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>One incarnation's right to write to the store. Every method throws once a newer incarnation has begun.</summary>
internal sealed class SnapshotWriter(SnapshotStore store, long incarnation, ReloadQueue queue, ReloadQueue abandoned)
{
    /// <summary>This incarnation's queue; kept in the store so that the next one finds who still waits.</summary>
    public ReloadQueue Queue { get; } = queue;

    /// <summary>The queue of the incarnation before: what it left undone.</summary>
    public ReloadQueue Abandoned { get; } = abandoned;

    public ConfigState State => store.State;

    /// <summary>Never repeats, over all incarnations: a result of an earlier one can't be taken for ours.</summary>
    public long NextAttempt() => store.NextAttempt();

    /// <summary>The decision: from here on the snapshot is what every part runs or catches up to.</summary>
    public void Apply(Snapshot snapshot, PendingConfirmation? pending, ImmutableArray<string> restartRequired, HistoryEntry entry) =>
        Write(state => SnapshotStore.Recorded(state, entry) with
        {
            Earlier = SnapshotStore.Kept(state.Current, state.Earlier),
            Current = snapshot,
            Pending = pending,
            RestartRequired = restartRequired,
            CheckedAt = store.Time.GetUtcNow(),
        });

    /// <summary>The file was read and changes nothing that runs; its hash and restart-only keys may be new.</summary>
    public void Refresh(Snapshot snapshot, ImmutableArray<string> restartRequired, HistoryEntry entry) =>
        Write(state => SnapshotStore.Recorded(state, entry) with
        {
            Current = snapshot with { Revision = state.Current.Revision },
            RestartRequired = restartRequired,
            CheckedAt = store.Time.GetUtcNow(),
        });

    public void Fail(HistoryEntry entry) => Write(state => SnapshotStore.Recorded(state, entry));

    /// <summary>Nothing waits for a confirmation any more.</summary>
    public void Settle() => Write(state => state with { Pending = null });

    private void Write(Func<ConfigState, ConfigState> change) => store.Write(incarnation, change);
}
