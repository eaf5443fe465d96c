namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>
/// The streams whose head has come and that have not become a request. Those that Kestrel refuses by itself never do, and have their
/// log line all the same.
/// </summary>
/// <param name="refused">Called for each stream that was refused.</param>
internal sealed class UnreachedStreams(Action refused)
{
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

    /// <summary>The server reset it.</summary>
    public void Reset(int stream)
    {
        if (Remove(stream))
        {
            refused();
        }
    }

    /// <summary>The connection has ended, and what is left will never become a request.</summary>
    public void End()
    {
        foreach (var _ in _streams)
        {
            refused();
        }

        _streams.Clear();
    }
}
