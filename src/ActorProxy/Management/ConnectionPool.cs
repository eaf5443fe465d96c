using Microsoft.AspNetCore.Connections;

namespace ActorProxy.Management;

/// <summary>At most 64 connections. When all are held, the oldest idle one is closed for the next; when none is idle, the next waits.</summary>
internal sealed class ConnectionPool(TimeProvider time)
{
    public const int Capacity = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<ManagementConnection> _held = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Connections that are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Waits until there is room for one more. Only one may wait at a time.</summary>
    public async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (HasRoomOrMakesIt() is { } change)
        {
            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Holds a connection until it is closed.</summary>
    public void Hold(ConnectionContext context)
    {
        var connection = new ManagementConnection(context, time, Changed);
        lock (_lock)
        {
            _held.Add(connection);
        }

        context.ConnectionClosed.UnsafeRegister(_ => Release(connection), null);
    }

    // Null when there is room, else what to wait for.
    private Task? HasRoomOrMakesIt()
    {
        lock (_lock)
        {
            if (_held.Count < Capacity)
            {
                return null;
            }

            if (!_held.Any(connection => connection.IsEnding))
            {
                _held.Where(connection => connection.IdleSince is not null).MinBy(connection => connection.IdleSince)?.End();
            }

            return _changed.Task;
        }
    }

    private void Release(ManagementConnection connection)
    {
        connection.Closed();
        lock (_lock)
        {
            _held.Remove(connection);
        }

        Changed();
    }

    private void Changed()
    {
        lock (_lock)
        {
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
