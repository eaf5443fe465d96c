namespace ActorProxy.Core.AdminLanguage;

/// <summary>What failed inside, in words that tell a client nothing else; the story is in the log under the answer's <c>error_id</c>.</summary>
public enum AdminFailure
{
    /// <summary><c>reload failed</c></summary>
    ReloadFailed,

    /// <summary><c>config file changed during read, please retry</c></summary>
    ChangedDuringRead,

    /// <summary><c>validation failed</c></summary>
    ValidationFailed,

    /// <summary><c>rollback failed</c></summary>
    RollbackFailed,

    /// <summary><c>command failed</c></summary>
    CommandFailed,

    /// <summary><c>no answer in time</c>: the part that was asked did not answer.</summary>
    NoAnswer,
}
