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

    /// <summary>The state of a component whose actor leaves probes unanswered, whatever it last published itself.</summary>
    public const string Deaf = "deaf";

    /// <summary>The state of a component that has not begun its work yet.</summary>
    public const string Starting = "starting";

    private readonly ConcurrentDictionary<string, string> _components = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _deafActors = new(StringComparer.Ordinal);
    private volatile bool _started;
    private volatile bool _draining;

    /// <summary>Whether the listeners are not open yet, or the first snapshot is not live.</summary>
    public bool IsStarting => !_started;

    /// <summary>Whether the stop has begun.</summary>
    public bool IsDraining => _draining;

    /// <summary>Whether any component is not <see cref="Ok"/>.</summary>
    public bool IsDegraded => !_deafActors.IsEmpty || _components.Any(component => component.Value != Ok);

    /// <summary>Component → state (<c>ok</c>, <c>refused</c>, <c>deaf</c> …), sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Components
    {
        get
        {
            var states = new SortedDictionary<string, string>(_components, StringComparer.Ordinal);
            foreach (var component in _deafActors.Values)
            {
                states[component] = Deaf;
            }

            return [.. states];
        }
    }

    /// <summary>Publishes a component's state.</summary>
    /// <param name="component">Its name: <c>config</c>, <c>listeners</c>, <c>admin_socket</c> …</param>
    /// <param name="state"><see cref="Ok"/>, or one word that says what is wrong.</param>
    public void Publish(string component, string state) => _components[component] = state;

    /// <summary>Says whether an actor answers its probes. While one does not, its component is <see cref="Deaf"/>.</summary>
    /// <param name="actor">The actor; several may belong to one component.</param>
    /// <param name="component">The component.</param>
    /// <param name="answers">Whether it does.</param>
    public void PublishHearing(string actor, string component, bool answers)
    {
        if (answers)
        {
            _deafActors.TryRemove(actor, out _);
        }
        else
        {
            _deafActors[actor] = component;
        }
    }

    /// <summary>Says that the listeners are open under the first snapshot; can't be taken back.</summary>
    public void Started() => _started = true;

    /// <summary>Says that the stop has begun; can't be taken back.</summary>
    public void Drain() => _draining = true;
}
