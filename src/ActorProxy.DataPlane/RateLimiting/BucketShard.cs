using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>A part of the table with a lock of its own, held for a lookup and an addition.</summary>
internal sealed class BucketShard(BucketLimit limit, long idleTicks, int spares, long now)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, TokenBucket> _buckets = [];

    // Every bucket once, by the tick at which it may go. Requests only ever move that tick later and leave the queue alone: what
    // stands here is a lower bound, put right when it comes to the front.
    private readonly PriorityQueue<ulong, long> _leaving = new();
    private readonly TokenBucket[] _spares = [.. Enumerable.Repeat(TokenBucket.Full(limit, now), spares)];
    private BucketLimit _limit = limit;
    private long _earliestLeaving = long.MaxValue;

    /// <summary>No bucket may go before this tick. Read without the lock.</summary>
    public long EarliestLeaving => Volatile.Read(ref _earliestLeaving);

    /// <summary>Takes from the client's own bucket; <c>null</c> when it has none.</summary>
    public TakeResult? TakeOwn(ulong key, long now)
    {
        lock (_lock)
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrNullRef(_buckets, key);
            return Unsafe.IsNullRef(ref bucket) ? null : Take(ref bucket, now);
        }
    }

    /// <summary>Takes from the client's bucket and makes it first when there is none.</summary>
    /// <param name="key">The client.</param>
    /// <param name="now">Ticks.</param>
    /// <param name="added">Whether it was made: the caller's place in the table is used.</param>
    public TakeResult TakeOrAdd(ulong key, long now, out bool added)
    {
        lock (_lock)
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, key, out var exists);
            added = !exists;
            if (exists)
            {
                return Take(ref bucket, now);
            }

            bucket = TokenBucket.Full(_limit, now);
            var result = Take(ref bucket, now);
            _leaving.Enqueue(key, LeavesAt(bucket));
            PublishEarliest();
            return result;
        }
    }

    /// <summary>Takes from a bucket that newcomers share while the table is full.</summary>
    public TakeResult TakeSpare(int index, long now)
    {
        lock (_lock)
        {
            return new TakeResult(_spares[index].TryTake(_limit, now, out var wait), wait);
        }
    }

    /// <summary>Drops one bucket that is full again or idle. One that is neither stays.</summary>
    public bool TryDropOne(long now)
    {
        lock (_lock)
        {
            var dropped = false;
            while (!dropped && _leaving.TryPeek(out var key, out var at) && at <= now)
            {
                var leavesAt = LeavesAt(_buckets[key]);
                if (leavesAt <= now)
                {
                    _leaving.Dequeue();
                    dropped = _buckets.Remove(key);
                }
                else
                {
                    _leaving.DequeueEnqueue(key, leavesAt);
                }
            }

            PublishEarliest();
            return dropped;
        }
    }

    /// <summary>Drops the idle ones.</summary>
    /// <returns>How many.</returns>
    public int DropIdle(long now)
    {
        lock (_lock)
        {
            var before = _buckets.Count;
            foreach (var (key, bucket) in _buckets)
            {
                if (IsIdle(bucket, now))
                {
                    _buckets.Remove(key);
                }
            }

            if (_buckets.Count < before)
            {
                _buckets.TrimExcess();
                RebuildQueue();
            }

            return before - _buckets.Count;
        }
    }

    /// <summary>Puts a new limit in force for every bucket.</summary>
    public void Apply(BucketLimit limit, long now)
    {
        lock (_lock)
        {
            foreach (var key in _buckets.Keys)
            {
                CollectionsMarshal.GetValueRefOrNullRef(_buckets, key).Change(_limit, limit, now);
            }

            foreach (ref var spare in _spares.AsSpan())
            {
                spare.Change(_limit, limit, now);
            }

            _limit = limit;
            RebuildQueue();
        }
    }

    private TakeResult Take(ref TokenBucket bucket, long now)
    {
        if (IsIdle(bucket, now))
        {
            bucket = TokenBucket.Full(_limit, now);
        }

        return new TakeResult(bucket.TryTake(_limit, now, out var wait), wait);
    }

    private bool IsIdle(in TokenBucket bucket, long now) => now - bucket.SettledAt >= idleTicks;

    private long LeavesAt(in TokenBucket bucket) => Math.Min(bucket.FullAt(_limit), bucket.SettledAt + idleTicks);

    private void RebuildQueue()
    {
        _leaving.Clear();
        _leaving.TrimExcess();
        _leaving.EnqueueRange(_buckets.Select(bucket => (bucket.Key, LeavesAt(bucket.Value))));
        PublishEarliest();
    }

    private void PublishEarliest() =>
        Volatile.Write(ref _earliestLeaving, _leaving.TryPeek(out _, out var at) ? at : long.MaxValue);
}
