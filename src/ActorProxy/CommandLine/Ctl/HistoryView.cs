using System.Text.Json;

namespace ActorProxy.CommandLine.Ctl;

/// <summary><c>history</c>: one attempt a line, newest first.</summary>
internal static class HistoryView
{
    public static void Print(JsonElement reloads, Screen screen)
    {
        var table = new Table("TIME", "TRIGGER", "OUTCOME", "REVISION", "ASKED BY", "MS", "CHANGES", "ERROR ID");
        foreach (var entry in reloads.EnumerateArray())
        {
            var error = AnswerView.Text(entry, "error_id");
            table.Add(
                AnswerView.Text(entry, "time"),
                AnswerView.Text(entry, "trigger"),
                Outcome(entry),
                AnswerView.Text(entry, "revision"),
                Peer(entry),
                AnswerView.Text(entry, "duration_ms"),
                Changes(entry),
                error == "-" ? "" : error);
        }

        table.Print(screen);
    }

    /// <summary>An attempt in a few words.</summary>
    public static Cell Summary(JsonElement entry) => entry.ValueKind != JsonValueKind.Object
        ? "-"
        : new Cell(
            $"{AnswerView.Text(entry, "outcome")}, revision {AnswerView.Text(entry, "revision")}, by {AnswerView.Text(entry, "trigger")} at {AnswerView.Text(entry, "time")}",
            Outcome(entry).Colour);

    private static Cell Outcome(JsonElement entry)
    {
        var outcome = AnswerView.Text(entry, "outcome");
        return new Cell(outcome, outcome switch
        {
            "applied" => Colour.Green,
            "failed" => Colour.Red,
            "auto_reverted" => Colour.Yellow,
            _ => Colour.None,
        });
    }

    private static string Peer(JsonElement entry)
    {
        var requesters = AnswerView.Number(entry, "requesters");
        var others = requesters > 1 ? $" +{requesters - 1}" : "";
        return entry.TryGetProperty("peer", out var peer) && peer.ValueKind == JsonValueKind.Object
            ? $"uid {AnswerView.Text(peer, "uid")} pid {AnswerView.Text(peer, "pid")}{others}"
            : "-" + others;
    }

    // "+a.example ~b.example": what appeared, went and changed, as a diff writes it.
    private static string Changes(JsonElement entry) =>
        entry.TryGetProperty("changes", out var changes) && changes.ValueKind == JsonValueKind.Object
            ? string.Join(' ', ChangeView.Names(changes).Select(change => change.Sign + change.Name))
            : "";
}
