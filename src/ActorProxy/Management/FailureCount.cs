namespace ActorProxy.Management;

/// <summary>How many wrong keys came within the last minute; further ones are answered with 429. Never asked about right ones.</summary>
internal sealed class FailureCount(TimeProvider time)
{
    private const int Most = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Queue<long> _failures = new(Most);

    /// <summary>Counts a wrong key.</summary>
    /// <returns><c>false</c> when there were too many already: this one is not counted, so that the window ends.</returns>
    public bool TryCount()
    {
        lock (_lock)
        {
            while (_failures.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window)
            {
                _failures.Dequeue();
            }

            if (_failures.Count >= Most)
            {
                return false;
            }

            _failures.Enqueue(time.GetTimestamp());
            return true;
        }
    }
}
