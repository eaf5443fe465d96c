using ActorProxy.Core.Planes;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>How a reload ended, as the admin socket and the HTTP admin API say it.</summary>
public static class ReloadAnswers
{
    /// <summary>The answer to <c>reload</c>.</summary>
    /// <param name="answer">How it ended.</param>
    public static AdminAnswer ToReload(ReloadAnswer answer) => answer switch
    {
        ReloadAnswer.Reloaded reloaded => new AdminAnswer.Reloaded(reloaded.Revision, reloaded.Changed, reloaded.Changes),
        ReloadAnswer.Failed failed => ToFailure(failed, AdminFailure.ReloadFailed),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    /// <summary>Why nothing was changed.</summary>
    /// <param name="failed">What the actor said.</param>
    /// <param name="otherwise">The words for what only the log explains.</param>
    public static AdminAnswer ToFailure(ReloadAnswer.Failed failed, AdminFailure otherwise) => failed.Reason switch
    {
        ReloadFailure.ChangedDuringRead => new AdminAnswer.Failed(AdminFailure.ChangedDuringRead, failed.ErrorId),
        ReloadFailure.PlanIsStale => new AdminAnswer.Refused(AdminRefusal.PlanIsStale),
        ReloadFailure.ConfirmationPending => new AdminAnswer.Refused(AdminRefusal.ConfirmationPending),
        ReloadFailure.NothingToRollBackTo => new AdminAnswer.Refused(AdminRefusal.NothingToRollBackTo),
        ReloadFailure.UnknownRevision => new AdminAnswer.Refused(AdminRefusal.UnknownRevision),
        _ => new AdminAnswer.Failed(otherwise, failed.ErrorId),
    };
}
