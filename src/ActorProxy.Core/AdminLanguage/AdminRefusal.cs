namespace ActorProxy.Core.AdminLanguage;

/// <summary>Why a command was not carried out, where the client can know it all. Each has one fixed message.</summary>
public enum AdminRefusal
{
    /// <summary>The peer, or its role, may not.</summary>
    Forbidden,

    /// <summary>No slot of the peer's class is free.</summary>
    Busy,

    /// <summary>No complete command in time.</summary>
    Timeout,

    /// <summary>The line is longer than the limit.</summary>
    CommandTooLong,

    /// <summary>Empty, blank, not UTF-8, or with control characters.</summary>
    InvalidInput,

    /// <summary>The token is missing or wrong.</summary>
    Unauthorized,

    /// <summary>No such command.</summary>
    UnknownCommand,

    /// <summary>Wrong, missing or surplus arguments.</summary>
    InvalidArguments,

    /// <summary>The plan no longer fits.</summary>
    PlanIsStale,

    /// <summary>An unconfirmed reload is in the way.</summary>
    ConfirmationPending,

    /// <summary>No reload waits for a confirmation.</summary>
    NothingToConfirm,

    /// <summary>No earlier snapshot is kept.</summary>
    NothingToRollBackTo,

    /// <summary>That revision is not among those kept.</summary>
    UnknownRevision,
}
