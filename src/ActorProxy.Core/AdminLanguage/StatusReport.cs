using System.Collections.Immutable;
using ActorProxy.Core.Planes;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>What <c>status</c> answers.</summary>
public sealed record StatusReport
{
    /// <summary>Since the process began to serve.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>How many sites the running configuration has.</summary>
    public required int Sites { get; init; }

    /// <summary>The revision that runs.</summary>
    public required long Revision { get; init; }

    /// <summary>The version with the commit it was built from.</summary>
    public required string Version { get; init; }

    /// <summary>Whether the program on disk is no longer the one that runs.</summary>
    public required bool BinaryReplaced { get; init; }

    /// <summary>SHA-256 of the file that runs, in lower-case hex.</summary>
    public required string ConfigSha256 { get; init; }

    /// <summary>Client connections over all listeners.</summary>
    public required long Connections { get; init; }

    /// <summary>Keys that differ from what runs and need a restart.</summary>
    public ImmutableArray<string> RestartRequired { get; init; } = [];

    /// <summary>What of the disk differs from what runs: <c>file_newer</c>, <c>file_missing</c>, <c>certificate_newer</c> …</summary>
    public ImmutableArray<string> Drift { get; init; } = [];

    /// <summary>The reload that waits for its confirmation; <c>null</c> when none does.</summary>
    public PendingReport? PendingConfirm { get; init; }

    /// <summary>The newest entry of the history; <c>null</c> only before the first.</summary>
    public HistoryEntry? LastReload { get; init; }

    /// <summary>The snapshots that requests still use.</summary>
    public ImmutableArray<SnapshotInUse> Snapshots { get; init; } = [];
}
