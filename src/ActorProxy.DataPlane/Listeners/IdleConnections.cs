using System.Collections.Concurrent;
using ActorProxy.Core.Configuration;
using Microsoft.AspNetCore.Connections;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// The clock of every connection: one walk over all of them ten times a second, and no timer for a connection or a request. It stands
/// still while there is none. Idle means no request in flight, whatever frames come.
/// </summary>
internal sealed class IdleConnections : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // For the farewell: GOAWAY, a 408 and the linger after it, FIN. With two intervals it stays below a second after the timeout.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromMilliseconds(600);

    // As long as a busy machine may take to say why. Whoever floods a little longer is only read and forgotten meanwhile.
    private static readonly TimeSpan CondemnedTime = TimeSpan.FromSeconds(2);

    // How long a new connection to a listener that is going may take for its one request.
    private static readonly TimeSpan LastRequestTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ListenerConnections, bool> _listeners = [];
    private readonly LiveRouting _live;
    private readonly ITimer _timer;
    private bool _isAsleep = true;

    public IdleConnections(LiveRouting live, TimeProvider time)
    {
        _live = live;
        _timer = time.CreateTimer(static state => ((IdleConnections)state!).CheckAll(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches a listener's connections.</summary>
    public void Watch(ListenerConnections listener)
    {
        _listeners[listener] = true;
        listener.Opened = Wake;
    }

    /// <summary>The listener has no connection any more, and will have none.</summary>
    public void Forget(ListenerConnections listener) => _listeners.TryRemove(listener, out _);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void CheckAll()
    {
        var config = _live.Current.Config;
        var isAnyOpen = false;
        foreach (var (listener, _) in _listeners)
        {
            foreach (var connection in listener.Open)
            {
                isAnyOpen = true;
                connection.Presence.Look();
                Check(connection, config);
            }
        }

        if (!isAnyOpen)
        {
            Sleep();
        }
    }

    // A connection that came meanwhile found us awake: so we look once more after we have said that we sleep.
    private void Sleep()
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Interlocked.Exchange(ref _isAsleep, true);
        if (_listeners.Any(listener => listener.Key.Open.Any()))
        {
            Wake();
        }
    }

    private void Wake()
    {
        if (Volatile.Read(ref _isAsleep) && Interlocked.Exchange(ref _isAsleep, false))
        {
            _timer.Change(Interval, Interval);
        }
    }

    private static void Check(AcceptedConnection connection, ProxyConfig config)
    {
        var idleTimeout = TimeSpan.FromSeconds(config.ConnectionIdleTimeoutSecs);
        switch (connection.Phase)
        {
            case ConnectionPhase.Handshake:
                if (connection.PhaseTime >= Sooner(connection, TimeSpan.FromSeconds(config.TlsHandshakeTimeoutSecs)))
                {
                    connection.ExpireHandshake();
                }

                break;

            case ConnectionPhase.Serving:
                if (connection.Client is { RequestsInFlight: 0 } client && client.IdleTime >= Sooner(connection, idleTimeout))
                {
                    connection.End();
                }

                break;

            case ConnectionPhase.Ending:
                if (connection.Client.RequestsInFlight > 0)
                {
                    connection.Resume();
                }
                else if (HasSaidFarewell(connection, idleTimeout))
                {
                    connection.Abort(new ConnectionAbortedException("The connection was idle for too long."));
                }

                break;

            case ConnectionPhase.Condemned:
                if (connection.PhaseTime >= CondemnedTime)
                {
                    connection.Abort(new ConnectionAbortedException("The client has gone too far."));
                }

                break;
        }
    }

    private static TimeSpan Sooner(AcceptedConnection connection, TimeSpan timeout)
    {
        if (!connection.IsDraining)
        {
            return timeout;
        }

        var last = connection.Client.HasServed ? TimeSpan.Zero : LastRequestTime;
        return last < timeout ? last : timeout;
    }

    // A slow reader may still be taking the end of its last response: that is no idleness, as long as it takes something.
    private static bool HasSaidFarewell(AcceptedConnection connection, TimeSpan idleTimeout) =>
        connection.PhaseTime >= FarewellTime
        && (connection.StalledTime() is not { } stalled || stalled >= idleTimeout);
}
