using ActorProxy.Core.Configuration;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>
/// Between <c>config</c> and every part that a change of the configuration concerns. A part subscribes whenever it begins, so that
/// it catches up after a crash; each change is prepared by all before any commits.
/// </summary>
internal static class ParticipantMessages
{
    /// <summary>A part begins. Answered by <see cref="Current"/>, unless this incarnation is known already.</summary>
    /// <param name="Participant">Its name; a later subscriber of the same name takes its place.</param>
    /// <param name="Incarnation">Tells a part that began afresh, and lost what it had prepared, from one that asks twice.</param>
    public sealed record Subscribe(string Participant, Guid Incarnation);

    /// <summary>What to run, whatever was prepared before. Answered by <see cref="Applied"/> when it runs.</summary>
    /// <param name="Snapshot">The last good snapshot.</param>
    public sealed record Current(Snapshot Snapshot);

    /// <summary>The part runs this revision.</summary>
    /// <param name="Revision">Of <see cref="Current"/>.</param>
    public sealed record Applied(long Revision);

    /// <summary>Build the change aside, and let nothing be seen of it. Answered by <see cref="Prepared"/> or <see cref="Refused"/>.</summary>
    /// <param name="Attempt">Names the change; never used twice.</param>
    /// <param name="Snapshot">What would be applied.</param>
    public sealed record Prepare(long Attempt, Snapshot Snapshot);

    /// <summary>A commit can't fail now.</summary>
    /// <param name="Attempt">The change.</param>
    public sealed record Prepared(long Attempt);

    /// <summary>It can't be applied; nothing was left behind.</summary>
    /// <param name="Attempt">The change.</param>
    /// <param name="Reason">One sentence for the log.</param>
    public sealed record Refused(long Attempt, string Reason);

    /// <summary>Make it what runs. Answered by <see cref="Committed"/> when it does.</summary>
    /// <param name="Attempt">A change that was prepared.</param>
    public sealed record Commit(long Attempt);

    /// <summary>It runs.</summary>
    /// <param name="Attempt">The change.</param>
    public sealed record Committed(long Attempt);

    /// <summary>Let go what was prepared. Not answered.</summary>
    /// <param name="Attempt">The change.</param>
    public sealed record Abort(long Attempt);

    /// <summary>From <c>supervisor</c>: <c>config</c> began afresh and knows no subscribers.</summary>
    public sealed record Resubscribe;
}
