using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Which snapshot a rollback means.</summary>
internal abstract record RestoreTarget
{
    private RestoreTarget()
    {
    }

    public sealed record Found(Snapshot Snapshot) : RestoreTarget;

    public sealed record None(ReloadFailure Failure, string Reason) : RestoreTarget;

    /// <summary>Without a revision: what was live before, and before an unconfirmed reload above all.</summary>
    /// <param name="state">What is kept.</param>
    /// <param name="revision">Which one; <c>null</c> for the one before.</param>
    /// <param name="now">A certificate that has expired by then refuses, as it does in a file.</param>
    public static RestoreTarget Of(ConfigState state, long? revision, DateTimeOffset now) => Choose(state, revision) switch
    {
        Found found when FindExpired(found.Snapshot, now) is { } address =>
            new None(ReloadFailure.Failed, $"The certificate of {address} in revision {found.Snapshot.Revision} has expired."),
        var target => target,
    };

    private static ListenAddress? FindExpired(Snapshot snapshot, DateTimeOffset now) => snapshot.Certificates
        .Where(certificate => certificate.Value.NotAfter <= now)
        .Select(certificate => (ListenAddress?)certificate.Key)
        .FirstOrDefault();

    private static RestoreTarget Choose(ConfigState state, long? revision)
    {
        if (revision is null)
        {
            return (state.Pending?.Before ?? state.Earlier.FirstOrDefault()) is { } before
                ? new Found(before)
                : new None(ReloadFailure.NothingToRollBackTo, "No earlier snapshot is kept.");
        }

        if (state.Pending is not null)
        {
            return new None(ReloadFailure.ConfirmationPending, "A reload waits for its confirmation.");
        }

        return state.Earlier.Prepend(state.Current).FirstOrDefault(snapshot => snapshot.Revision == revision) is { } kept
            ? new Found(kept)
            : new None(ReloadFailure.UnknownRevision, $"Revision {revision} is not kept.");
    }
}
