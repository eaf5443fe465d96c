using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary>DNS names, as sites, certificates and upstreams have them.</summary>
internal static class HostRules
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    // Underscores are no part of host names by RFC 1123, but real networks have them and DNS carries them.
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

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

    private static string? Wrong(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return "must not be empty";
        }

        if (!Ascii.IsValid(name))
        {
            return "must be written in punycode (`xn--…`)";
        }

        if (name.Contains("://", StringComparison.Ordinal))
        {
            return "must be a name alone, without a scheme";
        }

        if (name[0] == '[' || name.Count(':') > 1)
        {
            return "must be a DNS name, not an IP address";
        }

        if (name.Contains(':'))
        {
            return "must be a name alone, without a port";
        }

        return name.Length > LongestName || !AreLabels(name) ? "must be a DNS name"
            : !name[(name.LastIndexOf('.') + 1)..].ContainsAnyExceptInRange('0', '9') ? "must be a DNS name, not an IP address"
            : null;
    }

    private static bool AreLabels(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > LongestLabel || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(LabelCharacters))
            {
                return false;
            }
        }

        return true;
    }
}
