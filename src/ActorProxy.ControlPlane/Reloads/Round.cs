using ActorProxy.Core.Configuration;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>An attempt whose snapshot is known: every part prepares it, then one after the other commits.</summary>
internal sealed class Round(Attempt attempt, Snapshot next, ConfigChanges changes, long? restored)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _prepared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly HashSet<string> _committed = new(StringComparer.Ordinal);

    public Attempt Attempt { get; } = attempt;

    public Snapshot Next { get; } = next;

    public ConfigChanges Changes { get; } = changes;

    /// <summary>The revision that a rollback repeats.</summary>
    public long? Restored { get; } = restored;

    /// <summary>Asks a part to prepare; one that is not there yet is asked as soon as it subscribes.</summary>
    /// <returns>False when it was asked before: whoever subscribes now has lost what it had prepared.</returns>
    public bool AskToPrepare(string participant, Participants participants, IActorRef self)
    {
        if (participants.Find(participant) is not { } address)
        {
            return true;
        }

        if (!_asked.Add(participant))
        {
            return false;
        }

        address.Tell(new ParticipantMessages.Prepare(Attempt.Number, Next), self);
        return true;
    }

    /// <summary>A part has prepared.</summary>
    /// <returns>Whether all have.</returns>
    public bool MarkPrepared(string? participant, Participants participants)
    {
        if (participant is not null)
        {
            _prepared.Add(participant);
        }

        return participants.Names.All(_prepared.Contains);
    }

    /// <summary>The parts that have not prepared.</summary>
    public IEnumerable<string> Unprepared(Participants participants) => participants.Names.Where(name => !_prepared.Contains(name));

    /// <summary>Tells everyone who was asked to let go.</summary>
    public void Abort(Participants participants, IActorRef self)
    {
        foreach (var participant in _asked)
        {
            participants.Find(participant)?.Tell(new ParticipantMessages.Abort(Attempt.Number), self);
        }
    }

    public void MarkCommitted(string participant) => _committed.Add(participant);

    /// <summary>Tells the next part to commit, unless it was told before or is not there: then it catches up when it subscribes.</summary>
    /// <returns>False when all have committed.</returns>
    public bool CommitNext(Participants participants, IActorRef self)
    {
        var next = participants.Names.FirstOrDefault(name => !_committed.Contains(name));
        if (next is not null && participants.Find(next) is { } address && _told.Add(next))
        {
            address.Tell(new ParticipantMessages.Commit(Attempt.Number), self);
        }

        return next is not null;
    }
}
