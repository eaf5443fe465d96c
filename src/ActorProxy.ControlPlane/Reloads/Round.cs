using ActorProxy.Core.Configuration;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>An attempt whose snapshot is known: every part prepares it, then every part commits.</summary>
internal sealed class Round(Attempt attempt, Snapshot next, ConfigChanges changes, long? restored)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _prepared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly HashSet<string> _committed = new(StringComparer.Ordinal);

    public Attempt Attempt { get; } = attempt;

    public Snapshot Next { get; } = next;

    public ConfigChanges Changes { get; } = changes;

    /// <summary>The revision that a rollback repeats.</summary>
    public long? Restored { get; } = restored;

    /// <summary>The parts that have been asked to prepare.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>A part is asked to prepare.</summary>
    /// <returns>False when it was asked before.</returns>
    public bool Ask(string participant) => _asked.Add(participant);

    public void MarkPrepared(string participant) => _prepared.Add(participant);

    public IEnumerable<string> Unprepared(IEnumerable<string> participants) => participants.Where(name => !_prepared.Contains(name));

    /// <summary>A part is told to commit.</summary>
    /// <returns>False when it was told before.</returns>
    public bool Tell(string participant) => _told.Add(participant);

    public void MarkCommitted(string participant) => _committed.Add(participant);

    public IEnumerable<string> Uncommitted(IEnumerable<string> participants) => participants.Where(name => !_committed.Contains(name));
}
