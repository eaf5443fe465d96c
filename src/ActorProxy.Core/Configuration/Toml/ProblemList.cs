using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration.Toml;

/// <summary>Gathers what is wrong in a file. Once a line could not be parsed, nothing more is said about it: the rest would be echoes.</summary>
internal sealed class ProblemList
{
    // A hostile file of 16 MiB could hold millions; nobody reads past the first few.
    private const int Most = 1000;

    private readonly List<Problem> _problems = [];
    private readonly HashSet<int> _brokenLines = [];

    /// <summary>Whether further problems are left out.</summary>
    public bool IsFull => _problems.Count >= Most;

    public bool IsEmpty => _problems.Count == 0;

    /// <summary>Whether keys may stand where nothing could be read, so that a missing key may not be missing.</summary>
    public bool HidesKeys { get; private set; }

    public void Add(Position at, string message)
    {
        if (!IsFull && !_brokenLines.Contains(at.Line))
        {
            _problems.Add(new Problem(at.Line, at.Column, Printable.Line(message)));
        }
    }

    /// <summary>Adds what is wrong with a line as such.</summary>
    public void AddSyntax(Position at, string message, bool hidesKeys = false)
    {
        Add(at, message);
        _brokenLines.Add(at.Line);
        HidesKeys |= hidesKeys;
    }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<Problem> ToSorted() => [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];
}
