using System.Diagnostics.CodeAnalysis;
using ActorProxy.Core.Configuration.Toml;

namespace ActorProxy.Core.Configuration;

/// <summary>
/// Takes typed values out of one table and says what is wrong with each. A wrong value is answered like an absent one: the caller
/// goes on, so that one run finds every problem.
/// </summary>
internal readonly struct Fields
{
    private readonly TomlTable _table;
    private readonly string _name;
    private readonly ProblemList _problems;

    /// <summary>Opens a table and refuses the keys that it can't have.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">Its name in <see cref="ConfigKeys.ByTable"/>.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public Fields(TomlTable table, string name, ProblemList problems)
    {
        _table = table;
        _name = name;
        _problems = problems;
        var known = ConfigKeys.ByTable[name];
        foreach (var entry in table.Entries)
        {
            if (!problems.IsFull && !known.Contains(entry.Key))
            {
                problems.Add(entry.KeyAt, ConfigKeys.Unknown(name, entry.Key));
            }
        }
    }

    public Position At => _table.At;

    /// <summary>Where a key's value stands; the table itself when the key is absent.</summary>
    public Position PositionOf(string key) => _table.TryFind(key, out var entry) ? entry.Value.At : At;

    public bool Has(string key) => _table.TryFind(key, out _);

    /// <summary>Whether a key is there and holds something that has been refused as a list of tables.</summary>
    public bool HasWrongKind(string key) =>
        _table.TryFind(key, out var entry) && entry.Value.Kind is not (TomlKind.Array or TomlKind.TableArray);

    public void Problem(string key, string message) => _problems.Add(PositionOf(key), message);

    /// <summary>Says that a key is missing when it is, unless it may stand in a line that could not be read.</summary>
    public void Require(string key)
    {
        if (!Has(key) && !_problems.HidesKeys)
        {
            _problems.Add(At, $"missing key `{key}` in `{_name}`");
        }
    }

    /// <summary>As <see cref="Require"/>, for a table.</summary>
    public void RequireTable(string key)
    {
        if (!Has(key) && !_problems.HidesKeys)
        {
            _problems.Add(At, $"missing table `[{Path(key)}]`");
        }
    }

    public bool TryText(string key, [NotNullWhen(true)] out string? text)
    {
        text = Find(key, TomlKind.Text, "a string")?.Text;
        return text is not null;
    }

    public bool TryRequiredText(string key, [NotNullWhen(true)] out string? text)
    {
        Require(key);
        return TryText(key, out text);
    }

    public int Integer(string key, int fallback, int least, int most) => (int)Long(key, fallback, least, most);

    public long Long(string key, long fallback, long least, long most)
    {
        if (Find(key, TomlKind.Integer, "a whole number") is not { } value)
        {
            return fallback;
        }

        if (value.Integer >= least && value.Integer <= most)
        {
            return value.Integer;
        }

        var bound = value.Integer < least ? $"at least {least}" : $"at most {most}";
        _problems.Add(value.At, $"`{key}` must be {bound}, not {value.Integer}");
        return fallback;
    }

    public bool Flag(string key, bool fallback) => Find(key, TomlKind.Boolean, "true or false")?.Boolean ?? fallback;

    public T Choice<T>(string key, T fallback, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        if (!TryText(key, out var text))
        {
            return fallback;
        }

        var texts = new List<string>();
        foreach (var choice in choices)
        {
            if (choice.Text == text)
            {
                return choice.Value;
            }

            texts.Add($"\"{choice.Text}\"");
        }

        _problems.Add(PositionOf(key), $"`{key}` must be {string.Join(", ", texts[..^1])} or {texts[^1]}, not \"{Printable.Of(text)}\"");
        return fallback;
    }

    public TomlTable? Table(string key) => Find(key, TomlKind.Table, $"a table (`[{Path(key)}]`)")?.Table;

    /// <summary>The tables of <c>[[key]]</c>, or of an array of inline tables.</summary>
    public IEnumerable<TomlTable> Tables(string key)
    {
        if (!_table.TryFind(key, out var entry) || entry.Value.Kind == TomlKind.Broken)
        {
            return [];
        }

        if (entry.Value.Kind is TomlKind.TableArray or TomlKind.Array && entry.Value.Items.All(item => item.Kind == TomlKind.Table))
        {
            return entry.Value.Items.Select(item => item.Table!);
        }

        _problems.Add(entry.KeyAt, $"`{key}` must be an array of tables (`[[{Path(key)}]]`), not {entry.Value.KindName}");
        return [];
    }

    /// <summary>The items of an array that may hold the given kinds.</summary>
    public IEnumerable<TomlValue> Items(string key, string wanted, params TomlKind[] kinds)
    {
        if (Find(key, TomlKind.Array, wanted) is not { } array)
        {
            yield break;
        }

        foreach (var item in array.Items)
        {
            if (kinds.Contains(item.Kind))
            {
                yield return item;
            }
            else
            {
                _problems.Add(item.At, $"`{key}` must be {wanted}: this is {item.KindName}");
            }
        }
    }

    private string Path(string key) => _name.Length == 0 ? key : $"{_name}.{key}";

    private TomlValue? Find(string key, TomlKind kind, string wanted)
    {
        if (!_table.TryFind(key, out var entry) || entry.Value.Kind == TomlKind.Broken)
        {
            return null;
        }

        if (entry.Value.Kind == kind)
        {
            return entry.Value;
        }

        _problems.Add(entry.Value.At, $"`{key}` must be {wanted}, not {entry.Value.KindName}");
        return null;
    }
}
