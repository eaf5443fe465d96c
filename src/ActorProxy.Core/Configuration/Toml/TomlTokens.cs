using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace ActorProxy.Core.Configuration.Toml;

/// <summary>The tokens of a file, and a way on after a string that was never closed.</summary>
internal sealed class TomlTokens
{
    // Each new start copies the rest of the text.
    private const int MostRestarts = 100;

    private static readonly TomlLexerOptions Decoding = new() { DecodeScalars = true };

    private readonly string _text;
    private readonly ProblemList _problems;
    private TomlLexer _lexer;
    private TomlToken _current;
    private int _offset;
    private int _line;
    private int _restarts;
    private bool _isUnclosed;

    public TomlTokens(string text, ProblemList problems)
    {
        _text = text;
        _problems = problems;
        _lexer = TomlLexer.Create(text, Decoding, null);
        Next();
    }

    public TokenKind Kind { get; private set; }

    public Position At { get; private set; }

    /// <summary>The token as the file writes it.</summary>
    public ReadOnlySpan<char> Raw
    {
        get
        {
            var end = Math.Min(_offset + _current.End.Offset + 1, _text.Length);
            return _text.AsSpan(_offset + _current.Start.Offset, end - _offset - _current.Start.Offset);
        }
    }

    /// <summary>The decoded text of a string.</summary>
    public string Text => _current.StringValue ?? "";

    public long Integer => unchecked((long)_current.Data);

    /// <summary>Goes on to what follows, as a key or punctuation.</summary>
    public void Next() => Advance(TomlLexerMode.Key);

    /// <summary>Goes on to what follows, as a value.</summary>
    public void NextValue() => Advance(TomlLexerMode.Value);

    /// <summary>Past line ends too: inside arrays.</summary>
    public void NextItem()
    {
        do
        {
            NextValue();
        }
        while (Kind == TokenKind.NewLine);
    }

    /// <summary>To the line end, whatever is in between.</summary>
    public void SkipLine()
    {
        while (Kind is not (TokenKind.NewLine or TokenKind.Eof))
        {
            Next();
        }
    }

    /// <summary>Adds what the lexer itself found wrong: once, at the end.</summary>
    public void Report() => Report(lastLine: int.MaxValue);

    private void Report(int lastLine)
    {
        foreach (var error in _lexer.Errors.Where(error => error.Span.Start.Line <= lastLine))
        {
            _problems.AddSyntax(new Position(_line + error.Span.Start.Line + 1, error.Span.Start.Column + 1), Sentence(error.Message));
        }
    }

    private void Advance(TomlLexerMode mode)
    {
        if (_isUnclosed)
        {
            RestartAfterLine();
            return;
        }

        do
        {
            _lexer.Mode = mode;
            if (!_lexer.MoveNext())
            {
                Kind = TokenKind.Eof;
                return;
            }

            _current = _lexer.Current;
            Kind = _current.Kind;
        }
        while (Kind is TokenKind.Whitespaces or TokenKind.Comment);

        At = new Position(_line + _current.Start.Line + 1, _current.Start.Column + 1);
        if (Kind is TokenKind.String or TokenKind.StringLiteral && Raw.Contains('\n') && _restarts < MostRestarts)
        {
            _problems.AddSyntax(At, "the string is not closed on its line");
            _isUnclosed = true;
        }
    }

    // The lexer takes what follows, up to the next quote, for the string's text. The line ends here instead.
    private void RestartAfterLine()
    {
        Report(_current.Start.Line);
        _line += _current.Start.Line + 1;
        _offset = _text.IndexOf('\n', _offset + _current.Start.Offset) + 1;
        _lexer = TomlLexer.Create(_text[_offset..], Decoding, null);
        _restarts++;
        _isUnclosed = false;
        Kind = TokenKind.NewLine;
    }

    private static string Sentence(string message) => message.StartsWith("Unable to parse integer", StringComparison.Ordinal)
        ? "the number is too large"
        : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.', ';');
}
