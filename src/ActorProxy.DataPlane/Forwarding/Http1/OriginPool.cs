namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>The connections of one upstream: the idle ones as a stack, so that the rest can grow old and end.</summary>
internal sealed class OriginPool(UpstreamPools pools)
{
    private readonly Lock _gate = new();
    private readonly List<UpstreamConnection> _idle = [];
    private readonly UpstreamPools _pools = pools;
    private int _open;
    private bool _retired;

    public FieldStrings Strings => _pools.Strings;

    /// <summary>The timestamp of the connection that is idle for the longest time; <see cref="long.MaxValue"/> when none is.</summary>
    public long OldestIdle
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count == 0 ? long.MaxValue : _idle[0].IdleSince;
            }
        }
    }

    /// <summary>Takes the connection used last, leaving out those that have become useless.</summary>
    public UpstreamConnection? TryRent()
    {
        while (TryPop() is { } connection)
        {
            if (!connection.IsSpoilt && !_pools.IsTooOld(connection))
            {
                return connection;
            }

            connection.Close();
        }

        return null;
    }

    /// <summary>Connects, waiting for a slot where needed.</summary>
    /// <param name="route">A site of this upstream: its time-out.</param>
    /// <param name="fresh">Not with a connection that another request gives back meanwhile.</param>
    /// <param name="cancellationToken">The request no longer wants it.</param>
    /// <returns><c>null</c>: this pool was retired just now; ask for another.</returns>
    public async ValueTask<UpstreamConnection?> ConnectAsync(SiteRoute route, bool fresh, CancellationToken cancellationToken)
    {
        if (!TryOpen())
        {
            return null;
        }

        var haveSlot = false;
        try
        {
            if (await _pools.Slots.TakeAsync(fresh ? null : this, route.ConnectTimeout, cancellationToken) is { } given)
            {
                Forget();
                return given;
            }

            haveSlot = true;
            return new UpstreamConnection(await _pools.Open(route, cancellationToken), this);
        }
        catch
        {
            Forget();
            if (haveSlot)
            {
                _pools.Slots.Release();
            }

            throw;
        }
    }

    /// <summary>Takes a connection back after an exchange that ended exactly.</summary>
    public void Return(UpstreamConnection connection)
    {
        connection.IsReused = true;
        if (_pools.Slots.HasWaiters && _pools.Slots.TryHandOver(connection))
        {
            return;
        }

        connection.IdleSince = _pools.Now;
        connection.ReadAhead();
        lock (_gate)
        {
            connection.IsIdle = true;
            _idle.Add(connection);
        }

        _pools.OnIdle();
        if ((connection.IsSpoilt || _pools.IsDisposed) && TryRemove(connection))
        {
            connection.Close();
        }
    }

    /// <summary>Takes a connection out, if nobody else did.</summary>
    public bool TryRemove(UpstreamConnection connection)
    {
        lock (_gate)
        {
            if (!connection.IsIdle)
            {
                return false;
            }

            connection.IsIdle = false;
            return _idle.Remove(connection);
        }
    }

    /// <summary>Takes the connection that is idle for the longest time out, if it is idle since then.</summary>
    public UpstreamConnection? TryRemoveOldest(long idleSince)
    {
        lock (_gate)
        {
            if (_idle.Count == 0 || _idle[0].IdleSince > idleSince)
            {
                return null;
            }

            var oldest = _idle[0];
            oldest.IsIdle = false;
            _idle.RemoveAt(0);
            return oldest;
        }
    }

    /// <summary>A connection of this pool ended.</summary>
    public void OnClosed()
    {
        Forget();
        _pools.Slots.Release();
    }

    /// <summary>Ends the pool's life if nothing is open: nobody connects through it any more.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            return _retired = _retired || _open == 0;
        }
    }

    private UpstreamConnection? TryPop()
    {
        lock (_gate)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            var last = _idle[^1];
            last.IsIdle = false;
            _idle.RemoveAt(_idle.Count - 1);
            return last;
        }
    }

    private bool TryOpen()
    {
        lock (_gate)
        {
            _open += _retired ? 0 : 1;
            return !_retired;
        }
    }

    private void Forget()
    {
        lock (_gate)
        {
            _open--;
        }
    }
}
