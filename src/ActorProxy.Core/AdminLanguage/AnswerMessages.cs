namespace ActorProxy.Core.AdminLanguage;

/// <summary>The words of an <c>error</c>: fixed, so that they tell a client nothing that it must not know.</summary>
internal static class AnswerMessages
{
    public static string Of(AdminRefusal refusal) => refusal switch
    {
        AdminRefusal.Forbidden => "forbidden",
        AdminRefusal.Busy => "busy",
        AdminRefusal.Timeout => "timeout",
        AdminRefusal.CommandTooLong => "command too long",
        AdminRefusal.InvalidInput => "invalid input",
        AdminRefusal.Unauthorized => "unauthorized",
        AdminRefusal.UnknownCommand => "unknown command",
        AdminRefusal.InvalidArguments => "invalid arguments",
        AdminRefusal.PlanIsStale => "plan is stale",
        AdminRefusal.ConfirmationPending => "confirmation pending",
        AdminRefusal.NothingToConfirm => "nothing to confirm",
        AdminRefusal.NothingToRollBackTo => "nothing to roll back to",
        AdminRefusal.UnknownRevision => "unknown revision",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };

    public static string Of(AdminFailure failure) => failure switch
    {
        AdminFailure.ReloadFailed => "reload failed",
        AdminFailure.ChangedDuringRead => "config file changed during read, please retry",
        AdminFailure.ValidationFailed => "validation failed",
        AdminFailure.RollbackFailed => "rollback failed",
        AdminFailure.CommandFailed => "command failed",
        AdminFailure.NoAnswer => "no answer in time",
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
    };
}
