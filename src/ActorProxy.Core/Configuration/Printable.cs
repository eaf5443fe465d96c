using System.Globalization;
using System.Text;

namespace ActorProxy.Core.Configuration;

/// <summary>Text of the file inside a message: no control characters for the terminal or the log, and not endless.</summary>
internal static class Printable
{
    private const int Most = 100;

    /// <summary>A value to be quoted.</summary>
    public static string Of(string text) => Line(text.Length <= Most ? text : text[..Most] + "…");

    /// <summary>A whole message.</summary>
    public static string Line(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var safe = new StringBuilder();
        foreach (var character in text)
        {
            safe.Append(char.IsControl(character) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : character);
        }

        return safe.ToString();
    }
}
