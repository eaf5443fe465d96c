namespace ActorProxy.CommandLine.Ctl;

/// <summary>Rows under headings, each column as wide as its widest text.</summary>
internal sealed class Table(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<Cell[]> _rows = [];

    public void Add(params Cell[] cells) => _rows.Add(cells);

    public void Print(Screen screen)
    {
        var widths = headings.Select((heading, column) => _rows.Select(row => row[column].Text.Length).Append(heading.Length).Max()).ToArray();
        screen.Line(Row(headings.Select(heading => new Cell(heading, Colour.Bold)), widths, screen));
        screen.Line(screen.Paint(screen.Rule(widths.Sum() + (Gap.Length * (widths.Length - 1))), Colour.Dim));
        foreach (var row in _rows)
        {
            screen.Line(Row(row, widths, screen));
        }
    }

    // Nothing behind the last text of a line: colours and blanks there are only in the way of who copies it.
    private static string Row(IEnumerable<Cell> cells, int[] widths, Screen screen)
    {
        var row = cells.ToArray();
        var last = Array.FindLastIndex(row, cell => cell.Text.Length > 0);
        return string.Join(Gap, row.Take(last + 1).Select((cell, column) =>
            screen.Paint(cell.Text, cell.Colour) + (column == last ? "" : new string(' ', widths[column] - cell.Text.Length))));
    }
}
