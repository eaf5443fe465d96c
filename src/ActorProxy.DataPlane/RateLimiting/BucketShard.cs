using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>A part of the table with a lock of its own, held for a lookup and an addition.</summary>
internal sealed class BucketShard(BucketLimit limit, BucketPlaces places, long idleTicks, int spares, long now)
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

    /// <summary>Takes from the client's own bucket, which is made when there is none and a place for it.</summary>
    /// <returns><c>null</c> when there is neither a bucket nor a place.</returns>
    public TakeResult? Take(ulong key, long now)
    {
        lock (_lock)
        {
            ref var own = ref CollectionsMarshal.GetValueRefOrNullRef(_buckets, key);
            if (!Unsafe.IsNullRef(ref own))
            {
                return Take(ref own, now);
            }

            if (!places.TryTake())
            {
                return null;
            }

            ref var added = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, key, out _);
            added = TokenBucket.Full(_limit, now);
            var result = Take(ref added, now);
            _leaving.Enqueue(key, LeavesAt(added));
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
                    places.Return(1);
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
    public void DropIdle(long now)
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
                places.Return(before - _buckets.Count);
                _buckets.TrimExcess();
                RebuildQueue();
            }
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
