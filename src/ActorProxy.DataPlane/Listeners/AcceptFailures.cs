namespace ActorProxy.DataPlane.Listeners;

/// <summary>Counts failed accepts of all listeners, so that they are one line in ten seconds, however fast they come.</summary>
internal sealed class AcceptFailures(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _lastReport;
    private long _unreported;

    /// <summary>Counts one.</summary>
    /// <returns>How many are to be reported now; 0 for none.</returns>
    public long Count()
    {
        lock (_lock)
        {
            _unreported++;
            if (_lastReport is { } last && time.GetElapsedTime(last) < Period)
            {
                return 0;
            }

            var count = _unreported;
            _unreported = 0;
            _lastReport = time.GetTimestamp();
            return count;
        }
    }
}
