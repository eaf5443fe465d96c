using System.Globalization;

namespace ActorProxy.CommandLine.Ctl;

/// <summary>Where to print, and how much the reader can take: colours and line drawing on a terminal, plain ASCII elsewhere.</summary>
/// <param name="Output">Where answers go.</param>
/// <param name="Error">Where problems go.</param>
/// <param name="IsTerminal">Whether a person looks at it.</param>
/// <param name="HasColours">Whether colours are wanted.</param>
internal sealed record Screen(TextWriter Output, TextWriter Error, bool IsTerminal, bool HasColours)
{
    /// <summary>This process's own. <c>NO_COLOR</c> with any value but an empty one takes the colours away (no-color.org).</summary>
    public static Screen OfConsole()
    {
        var terminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } term && term != "dumb";
        return new Screen(
            Console.Out, Console.Error, terminal, terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
    }

    /// <summary>Branches of a tree.</summary>
    public string Branch => IsTerminal ? "\u2514 " : "`- ";

    public string Rule(int width) => new(IsTerminal ? '\u2500' : '-', width);

    public void Line(string text = "") => Output.WriteLine(text);

    public string Paint(string text, Colour colour) => HasColours && colour != Colour.None
        ? string.Create(CultureInfo.InvariantCulture, $"\u001b[{(int)colour}m{text}\u001b[0m")
        : text;

    /// <summary>On a terminal what comes next replaces what was there.</summary>
    public void StartOver()
    {
        if (IsTerminal)
        {
            Output.Write("\u001b[H\u001b[2J");
        }
    }
}
