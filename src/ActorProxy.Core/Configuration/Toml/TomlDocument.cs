using Tomlyn.Syntax;

namespace ActorProxy.Core.Configuration.Toml;

/// <summary>
/// TOML 1.0 → a tree of tables. Tomlyn's lexer reads the tokens; the grammar above them is here, since its syntax tree takes fifteen
/// times as long on large files and goes astray after the first error on a line, where this one goes on with the next line.
/// </summary>
internal sealed class TomlDocument
{
    // Nothing in the schema is nested deeper than 4; the bound keeps a hostile file off the stack's end.
    private const int MostNested = 50;

    private readonly TomlTokens _tokens;
    private readonly ProblemList _problems;
    private readonly TomlKeys _keys;
    private readonly TomlSections _sections;

    private TomlDocument(string text, ProblemList problems)
    {
        _problems = problems;
        _tokens = new TomlTokens(text, problems);
        _keys = new TomlKeys(_tokens);
        _sections = new TomlSections(problems);
    }

    /// <summary>Reads a whole text; what can't be read is left out and added to the problems.</summary>
    /// <param name="text">Without a byte order mark.</param>
    /// <param name="problems">Gets all problems of syntax, duplicates included.</param>
    public static TomlTable Parse(string text, ProblemList problems)
    {
        // The lexer throws on an escape that the end of the text cuts off; a line end is the same and no trouble.
        var document = new TomlDocument(text.EndsWith('\n') ? text : text + "\n", problems);
        document.ReadLines();
        document._tokens.Report();
        return document._sections.Root;
    }

    private void ReadLines()
    {
        while (_tokens.Kind != TokenKind.Eof)
        {
            var isRead = _tokens.Kind switch
            {
                TokenKind.NewLine => true,
                TokenKind.OpenBracket => ReadHeader(TokenKind.CloseBracket, "]"),
                TokenKind.OpenBracketDouble => ReadHeader(TokenKind.CloseBracketDouble, "]]"),
                _ => ReadKeyValue(_sections.Current, depth: 0),
            };
            if (isRead && _tokens.Kind is not (TokenKind.NewLine or TokenKind.Eof))
            {
                Fail("expected the end of the line");
            }

            _tokens.SkipLine();
            _tokens.Next();
        }
    }

    private bool ReadHeader(TokenKind close, string closeText)
    {
        var at = _tokens.At;
        _sections.BeginUnknown(at);
        _tokens.Next();
        if (_keys.Read() is not { } path)
        {
            return Fail("expected the name of a table");
        }

        if (_tokens.Kind != close)
        {
            return Fail($"expected `{closeText}` after the name of the table");
        }

        _tokens.Next();
        if (close == TokenKind.CloseBracket)
        {
            _sections.BeginTable(path, at);
        }
        else
        {
            _sections.BeginItem(path, at);
        }

        return true;
    }

    private bool ReadKeyValue(TomlTable table, int depth)
    {
        if (_keys.Read() is not { } path)
        {
            return Fail("expected a key");
        }

        if (_tokens.Kind != TokenKind.Equal)
        {
            return Fail("expected `=` after the key");
        }

        _tokens.NextValue();
        var value = ReadValue(depth);
        _sections.Set(table, path, value);
        return value.Kind != TomlKind.Broken;
    }

    // Leaves the token after the value current, read as punctuation.
    private TomlValue ReadValue(int depth)
    {
        var at = _tokens.At;
        switch (_tokens.Kind)
        {
            case TokenKind.OpenBracket when depth < MostNested:
                return ReadArray(at, depth);
            case TokenKind.OpenBrace when depth < MostNested:
                return ReadInlineTable(at, depth);
            case TokenKind.OpenBracket or TokenKind.OpenBrace:
                Fail("nested too deeply");
                return new TomlValue(TomlKind.Broken, at);
        }

        var value = ReadScalar(at);
        if (value.Kind == TomlKind.Broken)
        {
            _problems.AddSyntax(at, "expected a value");
        }
        else
        {
            _tokens.Next();
        }

        return value;
    }

    private TomlValue ReadScalar(Position at)
    {
        switch (_tokens.Kind)
        {
            case TokenKind.String or TokenKind.StringMulti or TokenKind.StringLiteral or TokenKind.StringLiteralMulti:
                return new TomlValue(TomlKind.Text, at) { Text = _tokens.Text };
            case TokenKind.Integer or TokenKind.IntegerHexa or TokenKind.IntegerOctal or TokenKind.IntegerBinary:
                return new TomlValue(TomlKind.Integer, at) { Integer = _tokens.Integer };
            case TokenKind.True or TokenKind.False:
                return new TomlValue(TomlKind.Boolean, at) { Boolean = _tokens.Kind == TokenKind.True };
            case TokenKind.Float or TokenKind.Infinite or TokenKind.PositiveInfinite or TokenKind.NegativeInfinite:
            case TokenKind.Nan or TokenKind.PositiveNan or TokenKind.NegativeNan:
                return new TomlValue(TomlKind.Float, at);
            case TokenKind.OffsetDateTimeByZ or TokenKind.OffsetDateTimeByNumber or TokenKind.LocalDateTime:
            case TokenKind.LocalDate or TokenKind.LocalTime:
                return new TomlValue(TomlKind.DateTime, at);
            default:
                return new TomlValue(TomlKind.Broken, at);
        }
    }

    private TomlValue ReadArray(Position at, int depth)
    {
        var items = new List<TomlValue>();
        _tokens.NextItem();
        while (_tokens.Kind != TokenKind.CloseBracket)
        {
            var item = _tokens.Kind == TokenKind.Eof ? FailWithin(at, "array", "]") : ReadValue(depth + 1);
            if (item.Kind == TomlKind.Broken)
            {
                return item;
            }

            items.Add(item);
            SkipLineEnds();
            if (_tokens.Kind == TokenKind.Comma)
            {
                _tokens.NextItem();
            }
            else if (_tokens.Kind != TokenKind.CloseBracket)
            {
                return FailWithin(at, "array", "]");
            }
        }

        _tokens.Next();
        return new TomlValue(TomlKind.Array, at) { Items = items };
    }

    private TomlValue ReadInlineTable(Position at, int depth)
    {
        var table = new TomlTable(at, TomlTableOrigin.Inline);
        NextKey();
        while (_tokens.Kind != TokenKind.CloseBrace)
        {
            if (_tokens.Kind == TokenKind.Eof)
            {
                return FailWithin(at, "inline table", "}");
            }

            if (!ReadKeyValue(table, depth + 1))
            {
                return new TomlValue(TomlKind.Broken, at);
            }

            SkipLineEnds();
            if (_tokens.Kind == TokenKind.Comma)
            {
                NextKey();
            }
            else if (_tokens.Kind != TokenKind.CloseBrace)
            {
                return FailWithin(at, "inline table", "}");
            }
        }

        _tokens.Next();
        return new TomlValue(TomlKind.Table, at) { Table = table };
    }

    private TomlValue FailWithin(Position at, string what, string close)
    {
        if (_tokens.Kind == TokenKind.Eof)
        {
            _problems.AddSyntax(at, $"the {what} is not closed", hidesKeys: true);
        }
        else
        {
            Fail($"expected `,` or `{close}` in the {what} that begins at line {at.Line}");
        }

        return new TomlValue(TomlKind.Broken, at);
    }

    private void NextKey()
    {
        _tokens.Next();
        SkipLineEnds();
    }

    private void SkipLineEnds()
    {
        while (_tokens.Kind == TokenKind.NewLine)
        {
            _tokens.Next();
        }
    }

    private bool Fail(string message)
    {
        _problems.AddSyntax(_tokens.At, message, hidesKeys: true);
        return false;
    }
}
