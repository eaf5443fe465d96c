using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.Core.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>What differs between the disk and what runs. Made by the host; any thread reads.</summary>
/// <param name="store">What runs.</param>
/// <param name="configPath">The configuration file.</param>
public sealed class Drift(SnapshotStore store, string configPath)
{
    internal const string FileNewer = "file_newer";
    internal const string FileMissing = "file_missing";
    internal const string CertificateNewer = "certificate_newer";
    internal const string RestartRequired = "restart_required";

    private readonly ConcurrentDictionary<string, bool> _others = new(StringComparer.Ordinal);
    private Observation _observed = new(store.Current, []);

    /// <summary>The names of what is true now, sorted; empty when nothing drifts.</summary>
    public ImmutableArray<string> Items
    {
        get
        {
            var state = store.State;
            var observed = Volatile.Read(ref _observed);
            // Seen before the last reload means nothing any more; the next look is a second away.
            var items = ReferenceEquals(observed.Against, state.Current) ? observed.Items : [];
            return
            [
                .. items
                    .Concat(state.RestartRequired.IsEmpty ? [] : [RestartRequired])
                    .Concat(_others.Where(other => other.Value).Select(other => other.Key))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    internal SnapshotStore Store => store;

    internal string ConfigPath => configPath;

    /// <summary>Adds or takes away an item that somebody else watches.</summary>
    /// <param name="item">Its name in snake_case.</param>
    /// <param name="holds">Whether it is true.</param>
    public void Publish(string item, bool holds) => _others[item] = holds;

    internal void Publish(Observation observed) => Volatile.Write(ref _observed, observed);

    /// <summary>What was seen on the disk.</summary>
    /// <param name="Against">The snapshot that it was compared with, the very object.</param>
    /// <param name="Items">The names of what is true.</param>
    internal sealed record Observation(Snapshot Against, ImmutableArray<string> Items);
}
