using System.Net;
using ActorProxy.Core.Clients;
using ActorProxy.Core.Configuration;

namespace ActorProxy.DataPlane.RateLimiting;

/// <summary>
/// The token buckets of all clients: one for each IPv4 address and each IPv6 /64. Bounded: a client for whom there is no room
/// shares a spare bucket with its neighbours, and a bucket that still limits somebody never makes room.
/// </summary>
internal sealed class BucketTable : IDisposable
{
    private const int DefaultCapacity = 262_144;
    private const int ShardCount = 64;
    private const int SparesPerShard = 64;
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly ClientKey _keys = new();
    private readonly BucketShard[] _shards;
    private readonly ITimer _sweep;
    private readonly BucketPlaces _places;

    public BucketTable(RateLimit limit, TimeProvider time, int capacity = DefaultCapacity)
    {
        _time = time;
        _places = new BucketPlaces(capacity);
        var idleTicks = (long)(IdleAfter.TotalSeconds * time.TimestampFrequency);
        var first = new BucketLimit(limit, time.TimestampFrequency);
        _shards = [.. Enumerable.Range(0, ShardCount)
            .Select(_ => new BucketShard(first, _places, idleTicks, SparesPerShard, time.GetTimestamp()))];
        _sweep = time.CreateTimer(static table => ((BucketTable)table!).DropIdle(), this, SweepPeriod, SweepPeriod);
    }

    /// <summary>Buckets in use, without the spare ones.</summary>
    public int Count => _places.Taken;

    /// <summary>Takes a token of the client's bucket. Any thread; allocates nothing for a client that has a bucket.</summary>
    /// <param name="client">The socket's peer.</param>
    /// <param name="retryAfter">How long until there is a token; zero when one was taken.</param>
    public bool TryTake(IPAddress client, out TimeSpan retryAfter)
    {
        var result = Take(ClientPrefix.Of(client), _time.GetTimestamp());
        retryAfter = _time.GetElapsedTime(0, result.Wait);
        return result.Taken;
    }

    /// <summary>Puts new limits in force for every bucket at once: tokens above the new burst are cut, nothing else changes.</summary>
    public void Apply(RateLimit limit)
    {
        var next = new BucketLimit(limit, _time.TimestampFrequency);
        foreach (var shard in _shards)
        {
            shard.Apply(next, _time.GetTimestamp());
        }
    }

    public void Dispose() => _sweep.Dispose();

    private TakeResult Take(ulong identity, long now)
    {
        var key = _keys.Scramble(identity);
        var shard = _shards[key % ShardCount];
        do
        {
            if (shard.Take(key, now) is { } result)
            {
                return result;
            }
        }
        while (TryMakeRoom(now));

        var spare = _keys.Scramble(ClientPrefix.NetworkOf(identity));
        return _shards[spare % ShardCount].TakeSpare((int)(spare / ShardCount % SparesPerShard), now);
    }

    private bool TryMakeRoom(long now)
    {
        foreach (var shard in _shards)
        {
            if (shard.EarliestLeaving <= now && shard.TryDropOne(now))
            {
                return true;
            }
        }

        return false;
    }

    private void DropIdle()
    {
        foreach (var shard in _shards)
        {
            shard.DropIdle(_time.GetTimestamp());
        }
    }
}
