namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>
/// The streams whose head has come and that have not become a request. Those that Kestrel refuses by itself never do, and have their
/// log line all the same.
/// </summary>
/// <param name="time">For the moment in which a request may still begin.</param>
/// <param name="refused">Called for each stream that was refused.</param>
internal sealed class UnreachedStreams(TimeProvider time, Action refused)
{
    // A request waits for a thread, and what the client sends behind its head may have it reset before it has found one.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<int> _streams = [];

    /// <summary>Its head is complete.</summary>
    public void Add(int stream)
    {
        lock (_lock)
        {
            _streams.Add(stream);
        }
    }

    /// <summary>It has become a request, or the client gave it up.</summary>
    /// <returns><c>false</c> when that was known.</returns>
    public bool Remove(int stream)
    {
        lock (_lock)
        {
            return _streams.Remove(stream);
        }
    }

    /// <summary>The server reset it: unless it becomes a request in a moment, it was refused.</summary>
    public void Reset(int stream)
    {
        if (Contains(stream))
        {
            _ = ReportAsync(stream);
        }
    }

    /// <summary>The connection has ended, and what is left will never become a request.</summary>
    public void End()
    {
        int count;
        lock (_lock)
        {
            count = _streams.Count;
            _streams.Clear();
        }

        for (; count > 0; count--)
        {
            refused();
        }
    }

    private bool Contains(int stream)
    {
        lock (_lock)
        {
            return _streams.Contains(stream);
        }
    }

    private async Task ReportAsync(int stream)
    {
        await Task.Delay(Moment, time);
        if (Remove(stream))
        {
            refused();
        }
    }
}
