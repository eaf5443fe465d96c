using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>What <c>config</c> and <c>validator</c> understand. Status, history and drift are not asked for: <see cref="SnapshotStore"/> publishes them.</summary>
public static class ConfigMessages
{
    /// <summary>
    /// Reads the file again and applies it. Answered by <see cref="ReloadAnswer.Reloaded"/> after the commit, or by
    /// <see cref="ReloadAnswer.Failed"/>. Requests without plan and confirmation share the next read.
    /// </summary>
    /// <param name="Trigger">Where it came from.</param>
    /// <param name="Peer">Who asked, at the admin socket.</param>
    /// <param name="IfPlan">Apply only what a <see cref="Validate"/> answered with this plan; <c>null</c> for whatever the file says.</param>
    /// <param name="ConfirmSeconds">1–3600: undo it unless a <see cref="Confirm"/> arrives in time; <c>null</c> for no confirmation.</param>
    public sealed record Reload(ReloadTrigger Trigger, Peer? Peer = null, string? IfPlan = null, int? ConfirmSeconds = null);

    /// <summary>
    /// Re-applies an earlier snapshot as a new revision. Answered by <see cref="RolledBack"/>, or by <see cref="ReloadAnswer.Failed"/>
    /// (<see cref="ReloadFailure.NothingToRollBackTo"/>, <see cref="ReloadFailure.UnknownRevision"/>,
    /// <see cref="ReloadFailure.ConfirmationPending"/>, <see cref="ReloadFailure.Failed"/>).
    /// </summary>
    /// <param name="Peer">Who asked, at the admin socket.</param>
    /// <param name="Revision">Which one; <c>null</c> for the one before, which also undoes an unconfirmed reload at once.</param>
    public sealed record Rollback(Peer? Peer = null, long? Revision = null);

    /// <summary>An earlier snapshot is live again.</summary>
    /// <param name="Revision">The revision that is live now.</param>
    /// <param name="Restored">The revision it repeats.</param>
    /// <param name="Changes">What changed.</param>
    public sealed record RolledBack(long Revision, long Restored, ConfigChanges Changes);

    /// <summary>Keeps an unconfirmed reload. Answered by <see cref="Confirmed"/> or <see cref="NothingToConfirm"/>.</summary>
    public sealed record Confirm;

    /// <summary>The reload stays.</summary>
    /// <param name="Revision">The revision that was confirmed.</param>
    public sealed record Confirmed(long Revision);

    /// <summary>No reload waits for a confirmation.</summary>
    public sealed record NothingToConfirm;

    /// <summary>
    /// To <c>validator</c>: what would a reload do? Nothing is bound or changed; requests that arrive during a read share the next.
    /// Also what <c>diff</c> asks. Answered by <see cref="Validated"/> or <see cref="ValidationFailed"/>.
    /// </summary>
    public sealed record Validate;

    /// <summary>A reload would be accepted, unless a socket can't be bound.</summary>
    /// <param name="Plan">For <see cref="Reload.IfPlan"/>: a hash over the running revision, the file's bytes and the certificates'.</param>
    /// <param name="Changes">What it would change.</param>
    public sealed record Validated(string Plan, ConfigChanges Changes);

    /// <summary>A reload would be refused.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Errors">How many problems; 0 when the file was not read whole.</param>
    /// <param name="ErrorId">Finds the full story in the log.</param>
    public sealed record ValidationFailed(ValidationFailure Reason, int Errors, string ErrorId);
}
