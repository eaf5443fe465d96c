using System.Diagnostics.CodeAnalysis;

namespace ActorProxy.Core.Configuration.Toml;

/// <summary>The keys of a table in the order of the file.</summary>
/// <param name="at">Where it begins: its header, or its opening brace.</param>
/// <param name="origin">How it came to be, which decides who may add to it.</param>
internal sealed class TomlTable(Position at, TomlTableOrigin origin)
{
    // Tables of this schema are small, and 10,000 dictionaries are not; a hostile file gets its dictionary.
    private const int MostToScan = 12;

    private readonly List<TomlEntry> _entries = [];
    private Dictionary<string, TomlEntry>? _byKey;

    public Position At { get; private set; } = at;

    public TomlTableOrigin Origin { get; private set; } = origin;

    public IReadOnlyList<TomlEntry> Entries => _entries;

    public bool TryFind(string key, [NotNullWhen(true)] out TomlEntry? entry)
    {
        if (_byKey is not null)
        {
            return _byKey.TryGetValue(key, out entry);
        }

        foreach (var candidate in _entries)
        {
            if (string.Equals(candidate.Key, key, StringComparison.Ordinal))
            {
                entry = candidate;
                return true;
            }
        }

        entry = null;
        return false;
    }

    /// <summary>Adds an entry whose key is new; the caller has looked.</summary>
    public void Add(TomlEntry entry)
    {
        _entries.Add(entry);
        if (_byKey is not null)
        {
            _byKey.Add(entry.Key, entry);
        }
        else if (_entries.Count > MostToScan)
        {
            _byKey = _entries.ToDictionary(known => known.Key, StringComparer.Ordinal);
        }
    }

    /// <summary>A table that existed only as the parent of another gets its own header.</summary>
    public void Define(Position at)
    {
        At = at;
        Origin = TomlTableOrigin.Header;
    }
}
