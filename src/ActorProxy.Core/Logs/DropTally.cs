namespace ActorProxy.Core.Logs;

/// <summary>When to say that lines were dropped: at once, then seldom while it goes on, and when it is over. Guarded by its owner's lock.</summary>
internal sealed class DropTally(TimeProvider time)
{
    private static readonly TimeSpan WhileFailing = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WhileWorking = TimeSpan.FromSeconds(1);

    private long _forOthers;
    private long _forItself;
    private long? _reportedAt;
    private bool _reportedWorking;

    /// <summary>What the kernel said of the last write; <c>null</c> when it went well.</summary>
    public string? Failure { get; set; }

    /// <summary>How long to wait before a report may be due; infinite when there is nothing to say.</summary>
    public TimeSpan WaitForReport =>
        _forOthers > 0 || (_forItself > 0 && Failure is null) ? WhileWorking : Timeout.InfiniteTimeSpan;

    public void Add(long count)
    {
        _forOthers += count;
        _forItself += count;
    }

    /// <summary>What has to be said now; <c>null</c> for nothing.</summary>
    /// <param name="destination">Whose tally it is.</param>
    /// <param name="works">Whether a write has just ended well.</param>
    public DroppedLines? TakeReport(LogDestination destination, bool works)
    {
        var forItself = works ? _forItself : 0;
        var pause = works ? WhileWorking : WhileFailing;
        var isNews = _reportedAt is null || works != _reportedWorking;
        if ((_forOthers == 0 && forItself == 0) || (!isNews && time.GetElapsedTime(_reportedAt!.Value) < pause))
        {
            return null;
        }

        var report = new DroppedLines(destination, _forOthers, forItself, Failure ?? "");
        _forOthers = 0;
        _forItself -= forItself;
        _reportedAt = time.GetTimestamp();
        _reportedWorking = works;
        return report;
    }

    /// <summary>It had no room to tell: later, then.</summary>
    public void PutBack(long forItself)
    {
        _forItself += forItself;
        _reportedAt = null;
    }
}
