using System.Collections.Immutable;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>
/// What must outlive a crash of <c>config</c>: the last good snapshot, the history, an unconfirmed reload, and who waits for an
/// answer. Made by the host; the newest incarnation of the actor writes, any thread reads.
/// </summary>
public sealed class SnapshotStore
{
    private const int KeptSnapshots = 10;
    private const int KeptAttempts = 100;

    private readonly Lock _writing = new();
    private ConfigState _state;
    private ReloadQueue _queue = new();
    private long _incarnation;
    private long _attempts;

    /// <summary>Begins with what was loaded at the start, as revision 1.</summary>
    /// <param name="first">The first load.</param>
    /// <param name="loadedIn">How long it took.</param>
    /// <param name="time">Dates the history.</param>
    public SnapshotStore(LoadResult.Valid first, TimeSpan loadedIn, TimeProvider time)
    {
        var now = time.GetUtcNow();
        Running = first.Snapshot.Config;
        Time = time;
        _state = Recorded(
            new ConfigState { Current = first.Snapshot, CheckedAt = now },
            new HistoryEntry
            {
                Time = now - loadedIn,
                Trigger = ReloadTrigger.Start,
                Sha256 = first.Snapshot.Sha256,
                Outcome = ReloadOutcome.Applied,
                Revision = first.Snapshot.Revision,
                Duration = loadedIn,
                Changes = first.Changes,
            });
    }

    /// <summary>What the process started with: restart-only keys are compared with it.</summary>
    public ProxyConfig Running { get; }

    /// <summary>The clock of <see cref="PendingConfirmation.Deadline"/>.</summary>
    public TimeProvider Time { get; }

    /// <summary>Everything, consistent.</summary>
    public ConfigState State => Volatile.Read(ref _state);

    /// <summary>The last good snapshot.</summary>
    public Snapshot Current => State.Current;

    /// <summary>Begins the turn of a new incarnation; from now on the writers of older ones are refused.</summary>
    internal SnapshotWriter Open()
    {
        lock (_writing)
        {
            var left = _queue;
            _queue = new ReloadQueue();
            return new SnapshotWriter(this, ++_incarnation, _queue, left);
        }
    }

    internal long NextAttempt() => Interlocked.Increment(ref _attempts);

    internal void Write(long incarnation, Func<ConfigState, ConfigState> change)
    {
        lock (_writing)
        {
            if (incarnation != _incarnation)
            {
                throw new InvalidOperationException("An abandoned incarnation of the configuration actor tried to write.");
            }

            Volatile.Write(ref _state, change(_state));
        }
    }

    internal static ConfigState Recorded(ConfigState state, HistoryEntry entry) => state with
    {
        History = [entry, .. state.History.Take(KeptAttempts - 1)],
        Outcomes = state.Outcomes.SetItem(entry.Outcome, state.Outcomes.GetValueOrDefault(entry.Outcome) + 1),
    };

    internal static ImmutableArray<Snapshot> Kept(Snapshot newest, ImmutableArray<Snapshot> earlier) =>
        [newest, .. earlier.Take(KeptSnapshots - 1)];
}
