namespace ActorProxy.Hosting;

/// <summary>Why the process ends, and with which exit code. The first reason wins.</summary>
internal sealed class ProcessEnd
{
    private readonly TaskCompletionSource<Reason> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once somebody has asked for the end.</summary>
    public Task<Reason> Asked => _reason.Task;

    /// <summary>A graceful stop was asked for, by a signal or a command.</summary>
    public void Stop(string by) => _reason.TrySetResult(new Reason(by, IsFailure: false));

    /// <summary>Something gave up. Says who and why, in the last line.</summary>
    public void GiveUp(string who, string why) => _reason.TrySetResult(new Reason($"{who}: {why}", IsFailure: true));

    internal sealed record Reason(string Text, bool IsFailure);
}
