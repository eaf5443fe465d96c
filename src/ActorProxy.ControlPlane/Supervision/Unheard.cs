using Akka.Actor;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>Messages that a worker has perhaps not seen: everything forwarded since the last probe it answered. Its successor gets them.</summary>
internal sealed class Unheard(int limit)
{
    private readonly Queue<(object Message, IActorRef Sender, long AfterProbe)> _messages = new();

    /// <summary>A message was forwarded.</summary>
    /// <param name="message">What.</param>
    /// <param name="sender">By whom.</param>
    /// <param name="lastProbe">The probe that was sent last before it.</param>
    public void Add(object message, IActorRef sender, long lastProbe)
    {
        if (_messages.Count == limit)
        {
            _messages.Dequeue();
        }

        _messages.Enqueue((message, sender, lastProbe));
    }

    /// <summary>A probe was answered: a mailbox keeps its order, so whatever was forwarded before it has been seen.</summary>
    public void Answered(long probe)
    {
        while (_messages.TryPeek(out var oldest) && oldest.AfterProbe < probe)
        {
            _messages.Dequeue();
        }
    }

    public IReadOnlyList<(object Message, IActorRef Sender)> TakeAll()
    {
        var messages = _messages.Select(entry => (entry.Message, entry.Sender)).ToList();
        _messages.Clear();
        return messages;
    }
}
