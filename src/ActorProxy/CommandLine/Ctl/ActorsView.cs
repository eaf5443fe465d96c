using System.Text.Json;

namespace ActorProxy.CommandLine.Ctl;

/// <summary><c>actors</c>: a tree, by the slashes of their names.</summary>
internal static class ActorsView
{
    public static void Print(JsonElement actors, Screen screen)
    {
        var table = new Table("ACTOR", "STATE", "RESTARTS", "UP", "LAST FAILURE");
        foreach (var actor in actors.EnumerateArray().OrderBy(actor => AnswerView.Text(actor, "path"), StringComparer.Ordinal))
        {
            table.Add(Name(actor, screen), State(actor), Restarts(actor), Up(actor), Failure(actor));
        }

        table.Print(screen);
    }

    private static string Name(JsonElement actor, Screen screen)
    {
        var path = AnswerView.Text(actor, "path");
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? path : screen.Branch + path[(slash + 1)..];
    }

    private static Cell State(JsonElement actor)
    {
        var state = AnswerView.Text(actor, "state");
        return new Cell(state, state == "running" ? Colour.Green : Colour.Red);
    }

    private static Cell Restarts(JsonElement actor) =>
        new(AnswerView.Text(actor, "restarts"), AnswerView.Number(actor, "restarts") > 0 ? Colour.Yellow : Colour.None);

    private static string Up(JsonElement actor) => AnswerView.Duration(AnswerView.Number(actor, "uptime_secs"));

    private static string Failure(JsonElement actor) =>
        actor.TryGetProperty("last_failure", out var failure) && failure.ValueKind == JsonValueKind.Object
            ? $"{AnswerView.Text(failure, "kind")} at {AnswerView.Text(failure, "time")} (error_id {AnswerView.Text(failure, "error_id")})"
            : "";
}
