using System.Globalization;
using System.Numerics;
using System.Text;
using ActorProxy.Core.AdminLanguage;

namespace ActorProxy.Tests.Core.AdminLanguage;

/// <summary>The admin language once more, written down as plainly as it is described and with nothing of the real parser.</summary>
internal static class NaiveLanguage
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] ForViewers = ["status", "sites", "history", "actors", "metrics", "help", "diff"];
    private static readonly string[] Levels = ["trace", "debug", "info", "warn", "error"];

    /// <returns>The name for the log and what is refused; <c>null</c> when it is accepted.</returns>
    public static (string Name, AdminRefusal? Refusal) Read(byte[] line, string? token, AdminRole role)
    {
        string text;
        try
        {
            text = Strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return ("-", AdminRefusal.InvalidInput);
        }

        if (text.Trim().Length == 0 || text.Any(char.IsControl))
        {
            return ("-", AdminRefusal.InvalidInput);
        }

        if (token is not null && !text.StartsWith(token + ":", StringComparison.Ordinal))
        {
            return ("-", AdminRefusal.Unauthorized);
        }

        var words = text[(token is null ? 0 : token.Length + 1)..].Split(' ').Where(word => word.Length > 0).ToList();
        if (words.Count == 0 || Arguments(words[0]) is not { } fits)
        {
            return ("unknown", AdminRefusal.UnknownCommand);
        }

        return role == AdminRole.Viewer && !ForViewers.Contains(words[0]) ? (words[0], AdminRefusal.Forbidden)
            : fits(words.GetRange(1, words.Count - 1)) ? (words[0], null)
            : (words[0], AdminRefusal.InvalidArguments);
    }

    private static Func<List<string>, bool>? Arguments(string name) => name switch
    {
        "confirm" or "validate" or "log-reopen" or "shutdown" => words => words.Count == 0,
        "reload" => IsReload,
        "rollback" => words => words.Count == 0 || (words.Count == 1 && IsNumber(words[0], long.MaxValue)),
        "log-level" => words => words.Count == 1 && Levels.Contains(words[0]),
        "debug" => IsDebug,
        _ when ForViewers.Contains(name) => words => words.Count == 0,
        _ => null,
    };

    private static bool IsReload(List<string> words)
    {
        if (words.Count >= 2 && words[0] == "if-plan")
        {
            words = words.GetRange(2, words.Count - 2);
        }

        return words.Count == 0 || (words.Count == 2 && words[0] == "confirm" && IsNumber(words[1], 3600));
    }

    private static bool IsDebug(List<string> words) => words.FirstOrDefault() switch
    {
        "crash" => words.Count == 2 && words[1].Length <= 200,
        "hang" => words.Count == 3 && words[1].Length <= 200 && IsNumber(words[2], 3600),
        "fds" => words.Count is 2 or 3 && IsNumber(words[1], int.MaxValue) && (words.Count == 2 || IsNumber(words[2], 3600)),
        _ => false,
    };

    private static bool IsNumber(string word, BigInteger largest) =>
        word.All(char.IsAsciiDigit) && BigInteger.Parse(word, CultureInfo.InvariantCulture) is var number && number >= 1 && number <= largest;
}
