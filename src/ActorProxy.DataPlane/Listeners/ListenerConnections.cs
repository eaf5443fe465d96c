using System.Collections.Concurrent;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>The open connections of one listener.</summary>
internal sealed class ListenerConnections(ConnectionLimits limits)
{
    private readonly ConcurrentDictionary<AcceptedConnection, bool> _open = [];
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDraining;
    private volatile bool _isComplete;

    /// <summary>Whether each connection shall end after what is in flight.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Those that are open; safe to walk while they come and go.</summary>
    public IEnumerable<AcceptedConnection> Open => _open.Select(static entry => entry.Key);

    /// <summary>Called after each connection that comes. Set before the first one can.</summary>
    public Action? Opened { get; set; }

    /// <summary>A connection got its slot.</summary>
    public void Add(AcceptedConnection connection)
    {
        _open[connection] = true;
        limits.Opened();
        Opened?.Invoke();
    }

    /// <summary>Its descriptor is closed.</summary>
    public void Remove(AcceptedConnection connection)
    {
        if (_open.TryRemove(connection, out _))
        {
            limits.Closed(connection.Client.ClientIp);
            SignalWhenEmpty();
        }
    }

    /// <summary>Asks every connection to end after what is in flight; those where nothing is end now.</summary>
    public void Drain()
    {
        _isDraining = true;
        foreach (var connection in Open)
        {
            // What has just arrived was promised an answer: it may ask once, and the scan ends it when it does not.
            if (connection.Client is { RequestsInFlight: 0, HasServed: false })
            {
                continue;
            }

            if (connection.Client.RequestsInFlight > 0)
            {
                connection.RequestClose();
            }
            else
            {
                connection.End();
            }
        }
    }

    /// <summary>Waits until none is left. Called when no more will come.</summary>
    public Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        _isComplete = true;
        SignalWhenEmpty();
        return _empty.Task.WaitAsync(cancellationToken);
    }

    private void SignalWhenEmpty()
    {
        if (_isComplete && _open.IsEmpty)
        {
            _empty.TrySetResult();
        }
    }
}
