using System.Collections.Concurrent;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Opens the transport to a site's upstream: resolves, connects and, over https, ends the handshake in the site's time.</summary>
/// <param name="route">Whose upstream.</param>
/// <param name="cancellationToken">The request no longer wants it.</param>
internal delegate ValueTask<Stream> ConnectUpstream(SiteRoute route, CancellationToken cancellationToken);

/// <summary>The pools of all upstreams, by scheme, host and port: sites that share an upstream share its connections.</summary>
internal sealed class UpstreamPools : IDisposable
{
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan ShortestSweep = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, OriginPool> _pools = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private int _sweepArmed;

    public UpstreamPools(ConnectUpstream open, UpstreamSlots slots, TimeProvider time)
    {
        Open = open;
        Slots = slots;
        _time = time;
        _sweep = time.CreateTimer(static state => ((UpstreamPools)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        slots.CloseIdle = CloseOldest;
    }

    /// <summary>Opens a transport.</summary>
    public ConnectUpstream Open { get; }

    public UpstreamSlots Slots { get; }

    public FieldStrings Strings { get; } = new();

    public bool IsDisposed { get; private set; }

    public long Now => _time.GetTimestamp();

    /// <summary>The pool of a site's upstream.</summary>
    public OriginPool For(SiteRoute route) =>
        _pools.TryGetValue(route.UpstreamPrefix, out var pool) ? pool : _pools.GetOrAdd(route.UpstreamPrefix, _ => new OriginPool(this));

    /// <summary>A connection of a site's upstream that is not the pool's: a new one, or one that another request hands over.</summary>
    /// <param name="route">The site: its time-out.</param>
    /// <param name="fresh">Not one that is handed over.</param>
    /// <param name="cancellationToken">The request no longer wants it.</param>
    public async ValueTask<UpstreamConnection> ConnectAsync(SiteRoute route, bool fresh, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await For(route).ConnectAsync(route, fresh, cancellationToken) is { } connection)
            {
                return connection;
            }
        }
    }

    public bool IsTooOld(UpstreamConnection connection) => _time.GetElapsedTime(connection.IdleSince) >= connection.IdleLimit;

    /// <summary>A connection became idle: somebody may wait for its slot, and it must end one day.</summary>
    public void OnIdle()
    {
        if (Slots.HasWaiters)
        {
            CloseOldest();
        }

        if (Volatile.Read(ref _sweepArmed) == 0 && Interlocked.Exchange(ref _sweepArmed, 1) == 0)
        {
            _sweep.Change(IdleLimit, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends the connection that is idle for the longest time.</summary>
    /// <returns><c>false</c> when none is idle.</returns>
    public bool CloseOldest()
    {
        while (FindOldest() is { } pool)
        {
            if (pool.TryRemoveOldest(long.MaxValue) is { } oldest)
            {
                oldest.Close();
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends idle connections. Those in use end when their exchange does.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        _sweep.Dispose();
        while (CloseOldest())
        {
        }
    }

    private OriginPool? FindOldest()
    {
        OriginPool? found = null;
        var since = long.MaxValue;
        foreach (var (_, pool) in _pools)
        {
            if (pool.OldestIdle is var candidate && candidate < since)
            {
                since = candidate;
                found = pool;
            }
        }

        return found;
    }

    private void Sweep()
    {
        Volatile.Write(ref _sweepArmed, 0);
        var now = Now;
        var limit = now - (long)(IdleLimit.TotalSeconds * _time.TimestampFrequency);
        var next = long.MaxValue;
        foreach (var (origin, pool) in _pools)
        {
            while (pool.TryRemoveOldest(limit) is { } old)
            {
                old.Close();
            }

            next = Math.Min(next, pool.OldestIdle);
            if (pool.TryRetire())
            {
                _pools.TryRemove(KeyValuePair.Create(origin, pool));
            }
        }

        if (next != long.MaxValue && Interlocked.Exchange(ref _sweepArmed, 1) == 0)
        {
            var due = _time.GetElapsedTime(limit, next);
            _sweep.Change(due > ShortestSweep ? due : ShortestSweep, Timeout.InfiniteTimeSpan);
        }
    }
}
