namespace ActorProxy.ControlPlane;

/// <summary>Tells the host how the start ended. Made by the host; only the first verdict counts.</summary>
public sealed class StartupGate
{
    private readonly TaskCompletionSource<StartResult> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ControlPlaneRefs? _refs;

    /// <summary>Completes once, never faults.</summary>
    public Task<StartResult> Ended => _ended.Task;

    internal bool IsOpen => !_ended.Task.IsCompleted;

    internal void Built(ControlPlaneRefs refs) => Volatile.Write(ref _refs, refs);

    internal void Succeed()
    {
        if (Volatile.Read(ref _refs) is { } refs)
        {
            _ended.TrySetResult(new StartResult.Started(refs));
        }
    }

    internal void Refuse(string reason) => _ended.TrySetResult(new StartResult.Refused(reason));
}
