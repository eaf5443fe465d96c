using System.Collections.Immutable;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>
/// Who waits, and who shares the next read. One actor writes; what is read from elsewhere is immutable, so that its successor can
/// look at the queue even while the writer hangs.
/// </summary>
internal sealed class ReloadQueue
{
    private ImmutableList<Change> _waiting = [];
    private Change? _underWay;
    private object? _decided;

    /// <summary>The change that was taken and has not ended.</summary>
    public Change? UnderWay => Volatile.Read(ref _underWay);

    /// <summary>The answer to <see cref="UnderWay"/>, once the store has taken the change: it is due when every part has caught up.</summary>
    public object? Decided => Volatile.Read(ref _decided);

    /// <summary>The changes that have not begun, in their order.</summary>
    public ImmutableList<Change> Waiting => Volatile.Read(ref _waiting);

    /// <summary>Whether what comes next is a reload that others may join.</summary>
    public bool NextCanBeShared => Waiting.FirstOrDefault() is Change.FromFile { CanBeShared: true };

    public void Add(ConfigMessages.Reload reload, IActorRef requester)
    {
        var asked = new Change.FromFile(reload.Trigger, reload.Peer, [requester], reload.IfPlan, reload.ConfirmSeconds);
        var shared = asked.CanBeShared ? Waiting.OfType<Change.FromFile>().FirstOrDefault(change => change.CanBeShared) : null;
        Wait(shared is null
            ? Waiting.Add(asked)
            : Waiting.Replace(shared, shared with { Requesters = shared.Requesters.Add(requester) }));
    }

    public void Add(ConfigMessages.Rollback rollback, IActorRef requester) =>
        Wait(Waiting.Add(new Change.Restore(rollback.Peer, [requester], rollback.Revision)));

    public void AddConfirm(IActorRef requester) => Wait(Waiting.Add(new Change.Keep([requester])));

    /// <summary>Before everything else: its time is up.</summary>
    public void AddUndo()
    {
        if (UnderWay is not Change.Undo && !Waiting.Any(change => change is Change.Undo))
        {
            Wait(Waiting.Insert(0, new Change.Undo()));
        }
    }

    /// <summary>Takes the next change under way.</summary>
    /// <returns><c>null</c> when nothing waits.</returns>
    public Change? Take()
    {
        var next = Waiting.FirstOrDefault();
        if (next is not null)
        {
            Volatile.Write(ref _underWay, next);
            Wait(Waiting.RemoveAt(0));
        }

        return next;
    }

    /// <summary>The store has taken what is under way.</summary>
    public void Decide(object answer) => Volatile.Write(ref _decided, answer);

    /// <summary>What was under way has ended, and those who waited for it have their answer.</summary>
    public void End()
    {
        Volatile.Write(ref _underWay, null);
        Volatile.Write(ref _decided, null);
    }

    private void Wait(ImmutableList<Change> waiting) => Volatile.Write(ref _waiting, waiting);
}
