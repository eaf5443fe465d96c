using System.Collections.Immutable;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Everything that is known of the configuration, at one instant.</summary>
public sealed record ConfigState
{
    /// <summary>The last good snapshot: what every part runs, or is catching up to.</summary>
    public required Snapshot Current { get; init; }

    /// <summary>The snapshots that were live before, newest first; at most ten.</summary>
    public ImmutableArray<Snapshot> Earlier { get; init; } = [];

    /// <summary>The last hundred attempts, newest first.</summary>
    public ImmutableArray<HistoryEntry> History { get; init; } = [];

    /// <summary>The reload that waits for its confirmation.</summary>
    public PendingConfirmation? Pending { get; init; }

    /// <summary>Keys that differ from what the process started with.</summary>
    public ImmutableArray<string> RestartRequired { get; init; } = [];

    /// <summary>When <see cref="Current"/> was last compared with a file or replaced, UTC.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>How many attempts ended in each way, since the start.</summary>
    public ImmutableDictionary<ReloadOutcome, long> Outcomes { get; init; } = ImmutableDictionary<ReloadOutcome, long>.Empty;
}
