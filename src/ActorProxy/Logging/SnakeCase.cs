using System.Text;

namespace ActorProxy.Logging;

/// <summary>Turns the names of code into those of the log: <c>DurationMs</c> → <c>duration_ms</c>, <c>AutoReverted</c> → <c>auto_reverted</c>.</summary>
internal static class SnakeCase
{
    /// <summary>Keeps letters and digits of ASCII; a word begins where a capital follows a small letter or precedes one.</summary>
    public static string Of(ReadOnlySpan<char> name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i]))
            {
                Separate(text);
                continue;
            }

            if (char.IsAsciiLetterUpper(name[i]) && BeginsWord(name, i))
            {
                Separate(text);
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString().Trim('_');
    }

    private static bool BeginsWord(ReadOnlySpan<char> name, int at) =>
        at > 0 && (!char.IsAsciiLetterUpper(name[at - 1]) || (at + 1 < name.Length && char.IsAsciiLetterLower(name[at + 1])));

    private static void Separate(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != '_')
        {
            text.Append('_');
        }
    }
}
