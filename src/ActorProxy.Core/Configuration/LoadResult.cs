using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration;

/// <summary>How an attempt to load the configuration ended.</summary>
public abstract record LoadResult
{
    private LoadResult()
    {
    }

    /// <summary>The file is good.</summary>
    /// <param name="Snapshot">What it says, numbered one above the current revision.</param>
    /// <param name="Changes">What differs from the current snapshot; everything is an addition at start.</param>
    /// <param name="Warnings">What deserves a log line.</param>
    public sealed record Valid(Snapshot Snapshot, ConfigChanges Changes, ImmutableArray<Problem> Warnings) : LoadResult;

    /// <summary>The file was read and is wrong.</summary>
    /// <param name="Problems">All of them, in the order of the file.</param>
    public sealed record Invalid(ImmutableArray<Problem> Problems) : LoadResult;

    /// <summary>The file is missing, unreadable, too large, not a regular file, or others may write it.</summary>
    /// <param name="Reason">One sentence that says what to change.</param>
    public sealed record Unreadable(string Reason) : LoadResult;

    /// <summary>The file changed under every try to read it.</summary>
    public sealed record ChangedDuringRead : LoadResult;
}
