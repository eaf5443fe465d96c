using System.Diagnostics.CodeAnalysis;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary>DNS names, as sites, certificates and upstreams have them.</summary>
internal static class HostRules
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    /// <summary>Lower-cases a name and takes a trailing dot away.</summary>
    /// <param name="text">As the file has it.</param>
    /// <param name="host">The name.</param>
    /// <param name="wrong">What is wrong, to be put behind the key; <c>null</c> when nothing is.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? host, [NotNullWhen(false)] out string? wrong)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;
        wrong = Wrong(name) is { } reason ? $"{reason}: \"{Printable.Of(text)}\"" : null;
        host = wrong is null ? name.ToLowerInvariant() : null;
        return wrong is null;
    }

    private static string? Wrong(string name)
    {
        if (name.Length == 0)
        {
            return "must not be empty";
        }

        if (name.Any(character => !char.IsAscii(character)))
        {
            return "must be written in punycode (`xn--…`)";
        }

        if (name.Contains("://", StringComparison.Ordinal))
        {
            return "must be a name alone, without a scheme";
        }

        if (name.StartsWith('[') || name.Count(character => character == ':') > 1)
        {
            return "must be a DNS name, not an IP address";
        }

        if (name.Contains(':'))
        {
            return "must be a name alone, without a port";
        }

        return name.Length > LongestName || !name.Split('.').All(IsLabel) ? "must be a DNS name"
            : name[(name.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit) ? "must be a DNS name, not an IP address"
            : null;
    }

    // Underscores are no part of host names by RFC 1123, but real networks have them and DNS carries them.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
