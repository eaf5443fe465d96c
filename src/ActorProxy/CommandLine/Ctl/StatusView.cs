using System.Text.Json;

namespace ActorProxy.CommandLine.Ctl;

/// <summary><c>status</c>: quiet where all is well, coloured where somebody should look.</summary>
internal static class StatusView
{
    public static void Print(JsonElement status, Screen screen)
    {
        var facts = new Facts();
        facts.Add("version", new Cell(AnswerView.Text(status, "version"), Colour.Bold));
        facts.Add("up", AnswerView.Duration(AnswerView.Number(status, "uptime_secs")));
        facts.Add("revision", AnswerView.Text(status, "revision"));
        facts.Add("config sha256", AnswerView.Text(status, "config_sha256"));
        facts.Add("sites", AnswerView.Text(status, "sites"));
        facts.Add("connections", AnswerView.Text(status, "connections"));
        facts.Add("drift", List(status, "drift"));
        facts.Add("restart required", List(status, "restart_required"));
        facts.Add("waits for confirm", Pending(status));
        facts.Add("program on disk", status.TryGetProperty("binary_replaced", out var replaced) && replaced.ValueKind == JsonValueKind.True
            ? new Cell("another one than the one that runs", Colour.Yellow)
            : "the one that runs");
        facts.Add("last reload", status.TryGetProperty("last_reload", out var last) ? HistoryView.Summary(last) : "-");
        facts.Print(screen);
        PrintSnapshots(status, screen);
    }

    private static Cell List(JsonElement status, string property)
    {
        var text = AnswerView.Text(status, property);
        return text == "-" ? new Cell("none", Colour.Green) : new Cell(text, Colour.Yellow);
    }

    private static Cell Pending(JsonElement status) =>
        status.TryGetProperty("pending_confirm", out var pending) && pending.ValueKind == JsonValueKind.Object
            ? new Cell($"revision {AnswerView.Text(pending, "revision")}, {AnswerView.Text(pending, "seconds_left")} s left", Colour.Yellow)
            : "nothing";

    private static void PrintSnapshots(JsonElement status, Screen screen)
    {
        if (!status.TryGetProperty("snapshots", out var snapshots)
            || snapshots.ValueKind != JsonValueKind.Array
            || snapshots.GetArrayLength() == 0)
        {
            return;
        }

        screen.Line();
        var table = new Table("SNAPSHOT", "REQUESTS", "OLDEST");
        foreach (var snapshot in snapshots.EnumerateArray())
        {
            table.Add(
                AnswerView.Text(snapshot, "revision"),
                AnswerView.Text(snapshot, "requests"),
                AnswerView.Duration(AnswerView.Number(snapshot, "oldest_secs")));
        }

        table.Print(screen);
    }
}
