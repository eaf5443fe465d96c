namespace ActorProxy.CommandLine.Ctl;

/// <summary>Names and what they are, one a line.</summary>
internal sealed class Facts
{
    private readonly List<(string Name, Cell Value)> _facts = [];

    public void Add(string name, Cell value) => _facts.Add((PlainText.Of(name), value));

    public void Print(Screen screen)
    {
        var width = _facts.Count == 0 ? 0 : _facts.Max(fact => fact.Name.Length);
        foreach (var (name, value) in _facts)
        {
            screen.Line($"{screen.Paint(name, Colour.Bold)}{new string(' ', width - name.Length)}  {screen.Paint(value.Text, value.Colour)}".TrimEnd());
        }
    }
}
