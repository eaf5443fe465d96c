using Tomlyn.Syntax;

namespace ActorProxy.Core.Configuration.Toml;

/// <summary>Reads keys: bare, quoted, dotted.</summary>
internal sealed class TomlKeys(TomlTokens tokens)
{
    // The same few keys come again and again; one string each will do.
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);

    /// <summary>Reads a dotted key and leaves the token after it current.</summary>
    /// <returns>Its parts; <c>null</c> when something else stands there.</returns>
    public IReadOnlyList<TomlKey>? Read()
    {
        var path = new List<TomlKey>(capacity: 1);
        while (true)
        {
            if (ReadName() is not { } name)
            {
                return null;
            }

            path.Add(new TomlKey(name, tokens.At));
            tokens.Next();
            if (tokens.Kind != TokenKind.Dot)
            {
                return path;
            }

            tokens.Next();
        }
    }

    private string? ReadName() => tokens.Kind switch
    {
        TokenKind.BasicKey => Intern(tokens.Raw),
        TokenKind.String or TokenKind.StringLiteral => tokens.Text,
        _ => null,
    };

    private string Intern(ReadOnlySpan<char> raw)
    {
        var lookup = _seen.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(raw, out var name))
        {
            name = raw.ToString();
            _seen.Add(name, name);
        }

        return name;
    }
}
