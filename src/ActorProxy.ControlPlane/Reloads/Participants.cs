using System.Collections.Immutable;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>The parts that a change concerns, in the order of their commits: who stands for each now, and which revision it runs.</summary>
internal sealed class Participants(ImmutableArray<string> names)
{
    private readonly Dictionary<string, Present> _present = new(StringComparer.Ordinal);

    /// <summary>Every part that must take part, whether it is there or not.</summary>
    public ImmutableArray<string> Names { get; } = names;

    /// <summary>A part has begun; the one that stood for it before is forgotten.</summary>
    /// <returns>False for a name that takes no part, and for an incarnation that has joined already.</returns>
    public bool Join(ParticipantMessages.Subscribe subscribe, IActorRef address)
    {
        var isKnown = _present.TryGetValue(subscribe.Participant, out var before) && before.Incarnation == subscribe.Incarnation;
        if (isKnown || !Names.Contains(subscribe.Participant))
        {
            return false;
        }

        _present[subscribe.Participant] = new Present(address, subscribe.Incarnation, Applied: 0);
        return true;
    }

    /// <summary>A part has ended.</summary>
    /// <returns>False when another stands for it already.</returns>
    public bool Leave(string name, IActorRef address) =>
        Find(name) is { } present && present.Equals(address) && _present.Remove(name);

    public IActorRef? Find(string name) => _present.TryGetValue(name, out var present) ? present.Address : null;

    /// <summary>For which part somebody stands; <c>null</c> for a stranger or a predecessor.</summary>
    public string? NameOf(IActorRef address) =>
        _present.Where(present => present.Value.Address.Equals(address)).Select(present => present.Key).FirstOrDefault();

    public void MarkApplied(string name, long revision)
    {
        if (_present.TryGetValue(name, out var present))
        {
            _present[name] = present with { Applied = revision };
        }
    }

    /// <summary>Whether every part runs this revision.</summary>
    public bool AllRun(long revision) => Names.All(name => _present.TryGetValue(name, out var present) && present.Applied == revision);

    private sealed record Present(IActorRef Address, Guid Incarnation, long Applied);
}
