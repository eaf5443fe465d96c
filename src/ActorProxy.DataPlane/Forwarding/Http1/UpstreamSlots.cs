namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// Bounds upstream connections over all upstreams. Whoever finds none free waits in line; a connection that becomes idle goes
/// to the first in line, as it is when it leads to the same upstream, else by being closed.
/// </summary>
internal sealed class UpstreamSlots(int max, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private int _max = max;
    private int _held;
    private volatile bool _hasWaiters;

    public int Max => Volatile.Read(ref _max);

    public int Held => Volatile.Read(ref _held);

    /// <summary>Whether somebody waits: whatever becomes idle then makes room.</summary>
    public bool HasWaiters => _hasWaiters;

    /// <summary>Closes an idle connection, if there is one. Called when the line is not empty, never under a lock.</summary>
    public Func<bool> CloseIdle { get; set; } = static () => false;

    /// <summary>Takes effect at once. Connections in use above a lower bound live on; idle ones end.</summary>
    public void Resize(int max)
    {
        lock (_gate)
        {
            _max = max;
            while (_held < _max && GrantFirst(null))
            {
                _held++;
            }
        }

        while (Held > Max && CloseIdle())
        {
        }
    }

    /// <summary>Takes a slot, waiting for at most <paramref name="longest"/>.</summary>
    /// <param name="pool">Whose idle connection would do as well; <c>null</c> when only a fresh one does.</param>
    /// <param name="longest">The longest wait.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <returns><c>null</c>: a slot, for the caller to fill and to <see cref="Release"/>. Else a connection that has one.</returns>
    /// <exception cref="UpstreamException"><see cref="UpstreamFailureKind.NoFreeConnection"/>.</exception>
    public ValueTask<UpstreamConnection?> TakeAsync(OriginPool? pool, TimeSpan longest, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> place;
        lock (_gate)
        {
            if (_held < _max && _waiters.Count == 0)
            {
                _held++;
                return default;
            }

            place = _waiters.AddLast(new Waiter(pool));
            _hasWaiters = true;
        }

        // In line first, then this look: a connection that becomes idle in between sees either the line or is seen here.
        CloseIdle();
        return WaitAsync(place, longest, cancellationToken);
    }

    /// <summary>A connection ended, or the connect failed.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_held > _max || !GrantFirst(null))
            {
                _held--;
            }
        }
    }

    /// <summary>Gives a connection between two requests to the first in line, if it waits for that very upstream.</summary>
    public bool TryHandOver(UpstreamConnection connection)
    {
        lock (_gate)
        {
            return _held <= _max && _waiters.First?.Value.Pool == connection.Pool && GrantFirst(connection);
        }
    }

    private async ValueTask<UpstreamConnection?> WaitAsync(LinkedListNode<Waiter> place, TimeSpan longest, CancellationToken cancellationToken)
    {
        var granted = place.Value.Granted.Task;
        try
        {
            return await granted.WaitAsync(longest, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (TryLeave(place))
            {
                throw exception is TimeoutException
                    ? new UpstreamException(UpstreamFailureKind.NoFreeConnection, "No upstream connection became free in time.")
                    : exception;
            }
        }

        // Granted in the same moment: taken when the request still wants it, passed on when not.
        var connection = await granted;
        if (cancellationToken.IsCancellationRequested)
        {
            PassOn(connection);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return connection;
    }

    private void PassOn(UpstreamConnection? connection)
    {
        if (connection is null)
        {
            Release();
        }
        else
        {
            connection.Pool.Return(connection);
        }
    }

    private bool TryLeave(LinkedListNode<Waiter> place)
    {
        lock (_gate)
        {
            if (place.List is null)
            {
                return false;
            }

            _waiters.Remove(place);
            _hasWaiters = _waiters.Count > 0;
            return true;
        }
    }

    private bool GrantFirst(UpstreamConnection? connection)
    {
        if (_waiters.First is not { } first)
        {
            return false;
        }

        _waiters.RemoveFirst();
        _hasWaiters = _waiters.Count > 0;
        first.Value.Granted.SetResult(connection);
        return true;
    }

    private sealed class Waiter(OriginPool? pool)
    {
        public OriginPool? Pool { get; } = pool;

        // Continued elsewhere: it is granted under the lock.
        public TaskCompletionSource<UpstreamConnection?> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
