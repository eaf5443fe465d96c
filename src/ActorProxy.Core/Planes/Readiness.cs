using System.Collections.Concurrent;

namespace ActorProxy.Core.Planes;

/// <summary>
/// The state of each component as its owner last published it. Any thread writes and reads: the health endpoint answers from here
/// even when no actor does.
/// </summary>
public sealed class Readiness
{
    /// <summary>The state of a component that does its work.</summary>
    public const string Ok = "ok";

    private readonly ConcurrentDictionary<string, string> _components = new(StringComparer.Ordinal);
    private volatile bool _draining;

    /// <summary>Whether the stop has begun.</summary>
    public bool IsDraining => _draining;

    /// <summary>Whether every component is <see cref="Ok"/>.</summary>
    public bool IsDegraded => _components.Any(component => component.Value != Ok);

    /// <summary>Component → state (<c>ok</c>, <c>refused</c>, <c>restarting</c> …), sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Components =>
        [.. _components.OrderBy(component => component.Key, StringComparer.Ordinal)];

    /// <summary>Publishes a component's state.</summary>
    /// <param name="component">Its name: <c>config</c>, <c>listeners</c>, <c>admin_socket</c> …</param>
    /// <param name="state"><see cref="Ok"/>, or one word that says what is wrong.</param>
    public void Publish(string component, string state) => _components[component] = state;

    /// <summary>Says that the stop has begun; can't be taken back.</summary>
    public void Drain() => _draining = true;
}
