namespace ActorProxy.ControlPlane.Supervision;

/// <summary>Counts failures of the last while.</summary>
internal sealed class FailureWindow(int limit, TimeSpan within, TimeProvider time)
{
    private readonly Queue<long> _failures = new();

    /// <summary>One more.</summary>
    /// <returns>False when there are more than the limit within the window.</returns>
    public bool Add()
    {
        while (_failures.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > within)
        {
            _failures.Dequeue();
        }

        _failures.Enqueue(time.GetTimestamp());
        return _failures.Count <= limit;
    }
}
