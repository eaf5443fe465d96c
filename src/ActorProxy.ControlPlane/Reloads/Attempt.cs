using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>A change that is under way.</summary>
/// <param name="Number">Tells its results from those of earlier attempts.</param>
/// <param name="Change">What was asked.</param>
/// <param name="Time">When it began, UTC.</param>
/// <param name="Began">When it began, as a <see cref="TimeProvider.GetTimestamp"/>.</param>
internal sealed record Attempt(long Number, Change Change, DateTimeOffset Time, long Began)
{
    /// <summary>Its line in the history.</summary>
    public HistoryEntry Entry(ReloadOutcome outcome, long revision, TimeProvider time) => new()
    {
        Time = Time,
        Trigger = Change.Trigger,
        Requesters = Change.Requesters.Count,
        Peer = Change.Peer,
        Outcome = outcome,
        Revision = revision,
        Duration = time.GetElapsedTime(Began),
    };
}
