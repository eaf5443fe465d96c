using System.Globalization;
using System.Text.Json;

namespace ActorProxy.CommandLine.Ctl;

/// <summary>An answer as a person likes to read it. Goes by what the answer holds, so that a newer proxy's answers print too.</summary>
internal static class AnswerView
{
    public static void Print(JsonElement answer, Screen screen)
    {
        if (answer.TryGetProperty("uptime_secs", out _) && answer.TryGetProperty("snapshots", out _))
        {
            StatusView.Print(answer, screen);
        }
        else if (answer.TryGetProperty("sites", out var sites) && sites.ValueKind == JsonValueKind.Array)
        {
            PrintSites(sites, screen);
        }
        else if (answer.TryGetProperty("reloads", out var reloads))
        {
            HistoryView.Print(reloads, screen);
        }
        else if (answer.TryGetProperty("actors", out var actors))
        {
            ActorsView.Print(actors, screen);
        }
        else if (answer.TryGetProperty("commands", out var commands))
        {
            PrintCommands(commands, screen);
        }
        else if (answer.TryGetProperty("metrics", out var metrics))
        {
            PrintLines(Text(metrics), screen);
        }
        else
        {
            ChangeView.Print(answer, screen);
        }
    }

    /// <summary>Any value as text; an absent one, and <c>null</c>, as a dash.</summary>
    public static string Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) ? Text(value) : "-";

    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "-",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array when value.GetArrayLength() == 0 => "-",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Text)),
        _ => value.GetRawText(),
    };

    public static long Number(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : 0;

    /// <summary><c>3d 4h</c>, <c>12m 5s</c>: the two largest units.</summary>
    public static string Duration(long seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue));
        var culture = CultureInfo.InvariantCulture;
        return time switch
        {
            { Days: > 0 } => string.Create(culture, $"{time.Days}d {time.Hours}h"),
            { Hours: > 0 } => string.Create(culture, $"{time.Hours}h {time.Minutes}m"),
            { Minutes: > 0 } => string.Create(culture, $"{time.Minutes}m {time.Seconds}s"),
            _ => string.Create(culture, $"{time.Seconds}s"),
        };
    }

    private static void PrintSites(JsonElement sites, Screen screen)
    {
        var table = new Table("HOST", "UPSTREAM", "SCHEME", "REQUESTS", "ERRORS", "IN FLIGHT");
        foreach (var site in sites.EnumerateArray())
        {
            var errors = Number(site, "errors");
            table.Add(
                Text(site, "host"),
                Text(site, "upstream"),
                Text(site, "scheme"),
                Text(site, "requests"),
                new Cell(Text(site, "errors"), errors > 0 ? Colour.Yellow : Colour.None),
                Text(site, "in_flight"));
        }

        table.Print(screen);
    }

    private static void PrintCommands(JsonElement commands, Screen screen)
    {
        var table = new Table("COMMAND", "ROLE", "WHAT IT DOES");
        foreach (var command in commands.EnumerateArray())
        {
            table.Add(Text(command, "name"), Text(command, "role"), Text(command, "help"));
        }

        table.Print(screen);
    }

    private static void PrintLines(string text, Screen screen)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            screen.Line(PlainText.Of(line));
        }
    }
}
