using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>
/// Which actors there are, how they do and how often each failed. Made by the host, so that it outlives them all; each line is
/// written by the actor's keeper, any thread reads.
/// </summary>
/// <param name="time">Measures uptimes.</param>
public sealed class RestartLedger(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long Count, ActorFailure Last)> _failures = new(StringComparer.Ordinal);

    /// <summary>The actors that run now, by name.</summary>
    public ImmutableArray<ActorEntry> Actors => [.. _lines.Values.OrderBy(line => line.Name, StringComparer.Ordinal).Select(Entry)];

    /// <summary>Restarts of each actor that ever failed, also of those that are gone: counters never go down.</summary>
    public ImmutableDictionary<string, long> Restarts =>
        _failures.ToImmutableDictionary(failure => failure.Key, failure => failure.Value.Count, StringComparer.Ordinal);

    /// <summary>A name is taken by an actor, or by the keeper that stands for it.</summary>
    /// <param name="name">Its public name.</param>
    /// <param name="address">Whom to tell.</param>
    /// <param name="longLived">Whether it must answer probes.</param>
    internal void Register(string name, IActorRef address, bool longLived) =>
        _lines[name] = new Line(name, address, longLived, ActorState.Running, time.GetTimestamp(), time.GetTimestamp());

    /// <summary>The name is free again, unless somebody else has taken it since.</summary>
    internal void Unregister(string name, IActorRef address)
    {
        if (_lines.TryGetValue(name, out var line) && line.Address.Equals(address))
        {
            _lines.TryRemove(new KeyValuePair<string, Line>(name, line));
        }
    }

    /// <summary>Whom to tell; <c>null</c> when nobody has that name.</summary>
    internal IActorRef? Find(string name) => _lines.GetValueOrDefault(name)?.Address;

    /// <summary>The next incarnation has begun.</summary>
    internal void Started(string name)
    {
        var now = time.GetTimestamp();
        Update(name, line => line with { State = ActorState.Running, Since = now, HeardAt = now });
    }

    internal void Heard(string name)
    {
        var now = time.GetTimestamp();
        Update(name, line => line with { State = ActorState.Running, HeardAt = now });
    }

    internal void Deaf(string name) => Update(name, line => line with { State = ActorState.Deaf });

    internal void Failed(string name, ActorFailure failure)
    {
        _failures.AddOrUpdate(name, _ => (1, failure), (_, before) => (before.Count + 1, failure));
        Update(name, line => line with { State = ActorState.Restarting });
    }

    /// <summary>The long-lived actors that have not been heard for longer than this.</summary>
    internal ImmutableArray<string> SilentFor(TimeSpan silence) =>
        [.. _lines.Values.Where(line => line.LongLived && time.GetElapsedTime(line.HeardAt) > silence).Select(line => line.Name)];

    private void Update(string name, Func<Line, Line> change)
    {
        while (_lines.TryGetValue(name, out var line) && !_lines.TryUpdate(name, change(line), line))
        {
        }
    }

    private ActorEntry Entry(Line line)
    {
        var failed = _failures.TryGetValue(line.Name, out var failures);
        return new ActorEntry(
            line.Name, line.State, failed ? failures.Count : 0, failed ? failures.Last : null, time.GetElapsedTime(line.Since));
    }

    private sealed record Line(string Name, IActorRef Address, bool LongLived, ActorState State, long Since, long HeardAt);
}
