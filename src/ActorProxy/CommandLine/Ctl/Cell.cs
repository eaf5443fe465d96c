namespace ActorProxy.CommandLine.Ctl;

/// <summary>One text of a table or list, free of control characters.</summary>
internal readonly record struct Cell
{
    public Cell(string text, Colour colour = Colour.None)
    {
        Text = PlainText.Of(text);
        Colour = colour;
    }

    public string Text { get; }

    public Colour Colour { get; }

    public static implicit operator Cell(string text) => new(text);
}
