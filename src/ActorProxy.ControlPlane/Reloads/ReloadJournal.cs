using System.Collections.Immutable;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>The full story of each attempt, for the log.</summary>
internal sealed class ReloadJournal(ILogger log)
{
    // A file of ten thousand sites can be wrong ten thousand times.
    private const int ToldProblems = 100;

    public void Applied(HistoryEntry entry, Snapshot live) =>
        log.Applied("success", SnakeCase.Of(entry.Trigger), entry.Revision, CountSites(live), Milliseconds(entry));

    public void Unchanged(HistoryEntry entry, Snapshot live) =>
        log.Unchanged("success", SnakeCase.Of(entry.Trigger), entry.Revision, CountSites(live), Milliseconds(entry), "false");

    public void Failed(HistoryEntry entry, string reason) =>
        log.NotApplied("failed", SnakeCase.Of(entry.Trigger), entry.Revision, Milliseconds(entry), entry.ErrorId ?? "-", reason);

    public void Problems(string errorId, ImmutableArray<Problem> problems)
    {
        foreach (var problem in problems.Take(ToldProblems))
        {
            log.Problem(errorId, problem.Line, problem.Column, problem.Message);
        }

        if (problems.Length > ToldProblems)
        {
            log.MoreProblems(errorId, problems.Length - ToldProblems);
        }
    }

    public void Warnings(ImmutableArray<Problem> warnings)
    {
        foreach (var warning in warnings)
        {
            log.Warning(warning.Line, warning.Column, warning.Message);
        }
    }

    /// <summary>Says which keys need a restart, once for each set of them.</summary>
    public void RestartRequired(ImmutableArray<string> before, ImmutableArray<string> now)
    {
        if (!now.IsEmpty && !now.SequenceEqual(before))
        {
            log.RestartRequired(string.Join(',', now));
        }
    }

    public void Unconfirmed(long revision, int seconds) => log.Unconfirmed(revision, seconds);

    public void Confirmed(long revision) => log.Confirmed(revision);

    private static int CountSites(Snapshot snapshot) => snapshot.Config.Listeners.Sum(listener => listener.Sites.Length);

    private static long Milliseconds(HistoryEntry entry) => (long)entry.Duration.TotalMilliseconds;
}
