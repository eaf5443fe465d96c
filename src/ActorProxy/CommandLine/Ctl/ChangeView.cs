using System.Text.Json;

namespace ActorProxy.CommandLine.Ctl;

/// <summary>What a reload, a validation or a small command answered: its facts, then what changed, as a diff writes it.</summary>
internal static class ChangeView
{
    private static readonly (string Property, string What)[] Groups =
    [
        ("listeners", "listener"),
        ("sites", "site"),
        ("certificates", "certificate"),
        ("settings", "setting"),
    ];

    public static void Print(JsonElement answer, Screen screen)
    {
        var facts = new Facts();
        foreach (var property in answer.EnumerateObject().Where(property => property.Name is not ("status" or "changes" or "restart_required")))
        {
            facts.Add(property.Name.Replace('_', ' '), AnswerView.Text(property.Value));
        }

        facts.Print(screen);
        if (answer.TryGetProperty("changes", out var changes) && changes.ValueKind == JsonValueKind.Object)
        {
            PrintChanges(changes, screen);
        }
        else if (answer.EnumerateObject().Count() == 1)
        {
            screen.Line("ok");
        }
    }

    /// <summary>Every name with its sign: <c>+</c> appeared, <c>-</c> went, <c>~</c> changed.</summary>
    public static IEnumerable<(char Sign, string What, string Name)> Names(JsonElement changes) =>
        from @group in Groups
        from kind in new[] { (Sign: '+', Suffix: "_added"), (Sign: '-', Suffix: "_removed"), (Sign: '~', Suffix: "_changed") }
        where changes.TryGetProperty(@group.Property + kind.Suffix, out var names) && names.ValueKind == JsonValueKind.Array
        from name in changes.GetProperty(@group.Property + kind.Suffix).EnumerateArray()
        select (kind.Sign, @group.What, AnswerView.Text(name));

    private static void PrintChanges(JsonElement changes, Screen screen)
    {
        var any = false;
        foreach (var (sign, what, name) in Names(changes))
        {
            any = true;
            screen.Line(screen.Paint($"{sign} {what} {PlainText.Of(name)}", sign switch
            {
                '+' => Colour.Green,
                '-' => Colour.Red,
                _ => Colour.Yellow,
            }));
        }

        if (!any)
        {
            screen.Line("no changes");
        }

        var restart = AnswerView.Text(changes, "restart_required");
        if (restart != "-")
        {
            screen.Line(screen.Paint($"restart required: {PlainText.Of(restart)}", Colour.Yellow));
        }
    }
}
