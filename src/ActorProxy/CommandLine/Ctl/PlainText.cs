namespace ActorProxy.CommandLine.Ctl;

/// <summary>What is printed must not steer the terminal, whoever wrote it.</summary>
internal static class PlainText
{
    /// <summary>The text with <c>?</c> for each control character, line ends included.</summary>
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
