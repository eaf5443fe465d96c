namespace ActorProxy.DataPlane.Listeners;

/// <summary>The slots of <c>max_connections</c>, shared by all listeners and given in the order they were asked for.</summary>
/// <param name="limit">How many there are. Above 0.</param>
internal sealed class ConnectionSlots(int limit)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _limit = limit;
    private int _taken;

    /// <summary>Slots that are held; above the limit after a reload that lowered it, until connections end.</summary>
    public int Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken;
            }
        }
    }

    /// <summary>Takes a slot if one is free and nobody waits for it.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            return TryTakeLocked();
        }
    }

    /// <summary>Takes a slot, as soon as one is free. Each needs its <see cref="Release"/>.</summary>
    /// <param name="cancellationToken">Gives up; no slot is held then.</param>
    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (TryTakeLocked())
            {
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    /// <summary>Gives a slot back.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _taken--;
            ServeWaiting();
        }
    }

    /// <summary>Changes how many there are. Nobody loses the one they hold.</summary>
    public void Resize(int limit)
    {
        lock (_lock)
        {
            _limit = limit;
            ServeWaiting();
        }
    }

    private bool TryTakeLocked()
    {
        if (_taken >= _limit || _waiting.Count > 0)
        {
            return false;
        }

        _taken++;
        return true;
    }

    private void ServeWaiting()
    {
        while (_taken < _limit && _waiting.TryDequeue(out var next))
        {
            // One that has given up meanwhile takes nothing.
            if (next.TrySetResult())
            {
                _taken++;
            }
        }
    }
}
