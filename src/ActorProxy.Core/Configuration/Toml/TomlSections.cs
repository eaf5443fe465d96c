namespace ActorProxy.Core.Configuration.Toml;

/// <summary>Hangs keys and tables where they belong, and refuses what is defined twice (TOML 1.0, "Keys", "Table", "Array of Tables").</summary>
internal sealed class TomlSections
{
    private readonly ProblemList _problems;

    public TomlSections(ProblemList problems)
    {
        _problems = problems;
        Current = Root;
    }

    public TomlTable Root { get; } = new(new Position(1, 1), TomlTableOrigin.Header);

    /// <summary>What plain lines add to: after a refused header a table that nobody reads, so that its lines are no further problems.</summary>
    public TomlTable Current { get; private set; }

    /// <summary>A header that nobody can read, or not yet: what follows belongs to no table.</summary>
    public void BeginUnknown(Position at) => Current = new TomlTable(at, TomlTableOrigin.Header);

    /// <summary><c>[path]</c>.</summary>
    public void BeginTable(IReadOnlyList<TomlKey> path, Position at)
    {
        if (FindParent(path) is not { } parent)
        {
            return;
        }

        var last = path[^1];
        if (!parent.TryFind(last.Name, out var existing))
        {
            Current = AddTable(parent, last, at, TomlTableOrigin.Header);
        }
        else if (existing.Value.Table is { Origin: TomlTableOrigin.Parent } implied)
        {
            implied.Define(at);
            Current = implied;
        }
        else
        {
            _problems.AddSyntax(at, $"duplicate table `[{Joined(path)}]`: {Known(existing)}");
        }
    }

    /// <summary><c>[[path]]</c>.</summary>
    public void BeginItem(IReadOnlyList<TomlKey> path, Position at)
    {
        if (FindParent(path) is not { } parent)
        {
            return;
        }

        var last = path[^1];
        if (!parent.TryFind(last.Name, out var existing))
        {
            existing = new TomlEntry(last.Name, last.At, new TomlValue(TomlKind.TableArray, at) { Items = new List<TomlValue>() });
            parent.Add(existing);
        }
        else if (existing.Value.Kind != TomlKind.TableArray)
        {
            _problems.AddSyntax(at, $"`[[{Joined(path)}]]` can't add to `{last.Name}`: {Known(existing)}");
            return;
        }

        Current = new TomlTable(at, TomlTableOrigin.Header);
        existing.Value.Items.Add(new TomlValue(TomlKind.Table, at) { Table = Current });
    }

    /// <summary><c>path = value</c>.</summary>
    public void Set(TomlTable table, IReadOnlyList<TomlKey> path, TomlValue value)
    {
        for (var part = 0; part < path.Count - 1; part++)
        {
            if (!table.TryFind(path[part].Name, out var existing))
            {
                table = AddTable(table, path[part], path[part].At, TomlTableOrigin.DottedKey);
            }
            else if (existing.Value.Table is { Origin: TomlTableOrigin.DottedKey } grown)
            {
                table = grown;
            }
            else
            {
                _problems.AddSyntax(path[part].At, $"duplicate key `{path[part].Name}`: {Known(existing)}");
                return;
            }
        }

        var last = path[^1];
        if (table.TryFind(last.Name, out var first))
        {
            _problems.AddSyntax(last.At, $"duplicate key `{last.Name}`: {Known(first)}");
            return;
        }

        table.Add(new TomlEntry(last.Name, last.At, value));
    }

    private TomlTable? FindParent(IReadOnlyList<TomlKey> path)
    {
        var table = Root;
        for (var part = 0; part < path.Count - 1; part++)
        {
            if (!table.TryFind(path[part].Name, out var existing))
            {
                table = AddTable(table, path[part], path[part].At, TomlTableOrigin.Parent);
            }
            else if (existing.Value is { Kind: TomlKind.TableArray, Items: [.., { Table: { } last }] })
            {
                table = last;
            }
            else if (existing.Value.Table is { Origin: not TomlTableOrigin.Inline } found)
            {
                table = found;
            }
            else
            {
                _problems.AddSyntax(path[part].At, $"`{path[part].Name}` can't hold a table: {Known(existing)}");
                return null;
            }
        }

        return table;
    }

    private static TomlTable AddTable(TomlTable parent, TomlKey key, Position at, TomlTableOrigin origin)
    {
        var table = new TomlTable(at, origin);
        parent.Add(new TomlEntry(key.Name, key.At, new TomlValue(TomlKind.Table, at) { Table = table }));
        return table;
    }

    private static string Joined(IReadOnlyList<TomlKey> path) => string.Join('.', path.Select(part => part.Name));

    private static string Known(TomlEntry existing) => $"it is defined at line {existing.KeyAt.Line}";
}
