using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Planes;

/// <summary>One attempt to change the configuration.</summary>
public sealed record HistoryEntry
{
    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What asked for it; of several requests that shared it, the first.</summary>
    public required ReloadTrigger Trigger { get; init; }

    /// <summary>How many requests shared it. 0 for what nobody asked: the start and an automatic undo.</summary>
    public int Requesters { get; init; }

    /// <summary>Who asked first; <c>null</c> when it was no peer of the admin socket.</summary>
    public Peer? Peer { get; init; }

    /// <summary>SHA-256 of the file it was about, in lower-case hex; <c>null</c> when none was read whole.</summary>
    public string? Sha256 { get; init; }

    /// <summary>How it ended.</summary>
    public required ReloadOutcome Outcome { get; init; }

    /// <summary>The revision that was live when it had ended.</summary>
    public required long Revision { get; init; }

    /// <summary>Finds the full story of a failure in the log; <c>null</c> otherwise.</summary>
    public string? ErrorId { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What it changed, or would have.</summary>
    public ConfigChanges Changes { get; init; } = ConfigChanges.None;
}
