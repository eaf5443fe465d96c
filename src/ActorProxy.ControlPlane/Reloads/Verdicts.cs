using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Tells the store, the log and those who wait what became of an attempt.</summary>
internal sealed class Verdicts(SnapshotWriter store, ReloadJournal journal, TimeProvider time)
{
    /// <summary>From here on the change stands. Those who wait hear of it when every part has committed.</summary>
    public void Decided(Round round)
    {
        var pending = round.Attempt.Change is Change.FromFile { ConfirmSeconds: { } seconds } ? PendingFor(round.Next, seconds) : null;
        journal.RestartRequired(store.State.RestartRequired, round.Changes.RestartRequired);
        store.Apply(round.Next, pending, round.Changes.RestartRequired, EntryOf(round));
        store.Queue.Decide(AnswerTo(round));
    }

    public void Committed(Round round)
    {
        journal.Applied(EntryOf(round), round.Next);
        Answer(round.Attempt.Change, AnswerTo(round));
    }

    /// <summary>What was read or restored is what runs.</summary>
    public void Unchanged(Attempt attempt, Snapshot snapshot, ConfigChanges changes, long? restored)
    {
        var revision = store.State.Current.Revision;
        var entry = attempt.Entry(ReloadOutcome.Unchanged, revision, time) with { Sha256 = snapshot.Sha256, Changes = changes };
        journal.RestartRequired(store.State.RestartRequired, changes.RestartRequired);
        store.Refresh(snapshot, changes.RestartRequired, entry);
        if (restored is not null)
        {
            store.Settle();
        }

        journal.Unchanged(entry, snapshot);
        Answer(
            attempt.Change,
            restored is { } repeated ? new ConfigMessages.RolledBack(revision, repeated, changes) : new ReloadAnswer.Reloaded(revision, false, changes));
    }

    public void Failed(Attempt attempt, ReloadFailure failure, string reason, string errorId)
    {
        var entry = attempt.Entry(ReloadOutcome.Failed, store.State.Current.Revision, time) with { ErrorId = errorId };
        store.Fail(entry);
        journal.Failed(entry, reason);
        Answer(attempt.Change, new ReloadAnswer.Failed(failure, errorId));
    }

    public void Kept(Change.Keep keep)
    {
        if (store.State.Pending is { } pending)
        {
            store.Settle();
            journal.Confirmed(pending.Revision);
            Answer(keep, new ConfigMessages.Confirmed(pending.Revision));
        }
        else
        {
            Answer(keep, new ConfigMessages.NothingToConfirm());
        }
    }

    /// <summary>The incarnation before left without answering: whatever the store had not taken has failed.</summary>
    public void Abandoned(Attempt? underWay)
    {
        var errorId = ErrorId.New();
        if (underWay is not null)
        {
            Failed(underWay, ReloadFailure.Failed, "The configuration actor failed meanwhile.", errorId);
        }

        foreach (var waiting in store.Abandoned.Waiting)
        {
            Answer(waiting, new ReloadAnswer.Failed(ReloadFailure.Failed, errorId));
        }
    }

    /// <summary>A change that the store had taken stands, and is answered when every part runs it.</summary>
    public void Owed()
    {
        if (store.Abandoned is { UnderWay: { } change, Decided: { } answer })
        {
            Answer(change, answer);
            store.Abandoned.End();
        }
    }

    private PendingConfirmation PendingFor(Snapshot next, int seconds)
    {
        journal.Unconfirmed(next.Revision, seconds);
        return new PendingConfirmation(next.Revision, store.State.Current, time.GetTimestamp() + (seconds * time.TimestampFrequency));
    }

    private HistoryEntry EntryOf(Round round)
    {
        var outcome = round.Attempt.Change is Change.Undo ? ReloadOutcome.AutoReverted : ReloadOutcome.Applied;
        return round.Attempt.Entry(outcome, round.Next.Revision, time) with { Sha256 = round.Next.Sha256, Changes = round.Changes };
    }

    private static object AnswerTo(Round round) => round.Restored is { } restored
        ? new ConfigMessages.RolledBack(round.Next.Revision, restored, round.Changes)
        : new ReloadAnswer.Reloaded(round.Next.Revision, Changed: true, round.Changes);

    private static void Answer(Change change, object answer)
    {
        foreach (var requester in change.Requesters)
        {
            requester.Tell(answer);
        }
    }
}
