namespace ActorProxy.Core.Planes;

/// <summary>Why a reload changed nothing.</summary>
public enum ReloadFailure
{
    /// <summary>Anything that only the log explains: invalid file, taken port, crash.</summary>
    Failed,

    /// <summary>The file changed during every try to read it.</summary>
    ChangedDuringRead,

    /// <summary>The plan no longer fits the running revision, the file or the certificates.</summary>
    PlanIsStale,

    /// <summary>A commit-confirmed reload waits for its confirmation.</summary>
    ConfirmationPending,

    /// <summary>No earlier snapshot is kept.</summary>
    NothingToRollBackTo,

    /// <summary>The revision asked for is not among the snapshots that are kept.</summary>
    UnknownRevision,
}
