namespace ActorProxy.Core.Configuration.Toml;

/// <summary>A value and where it stands.</summary>
internal sealed class TomlValue(TomlKind kind, Position at)
{
    private static readonly TomlValue[] NoItems = [];

    public TomlKind Kind { get; } = kind;

    public Position At { get; } = at;

    /// <summary>Of a <see cref="TomlKind.Text"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Of an <see cref="TomlKind.Integer"/>.</summary>
    public long Integer { get; init; }

    /// <summary>Of a <see cref="TomlKind.Boolean"/>.</summary>
    public bool Boolean { get; init; }

    /// <summary>Of a <see cref="TomlKind.Table"/>.</summary>
    public TomlTable? Table { get; init; }

    /// <summary>Of both kinds of arrays.</summary>
    public IList<TomlValue> Items { get; init; } = NoItems;

    /// <summary>The kind as a sentence names it.</summary>
    public string KindName => Kind switch
    {
        TomlKind.Text => "a string",
        TomlKind.Integer => "a whole number",
        TomlKind.Float => "a fraction",
        TomlKind.Boolean => "a boolean",
        TomlKind.DateTime => "a date or time",
        TomlKind.Array => "an array",
        TomlKind.Table => "a table",
        TomlKind.TableArray => "an array of tables",
        _ => "nothing that can be read",
    };
}
