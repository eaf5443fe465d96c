namespace ActorProxy.DataPlane;

/// <summary>
/// Who uses a snapshot: its requests in the order in which they began, in several lists so that cores seldom meet. Costs a
/// request two short locks and no allocation.
/// </summary>
internal sealed class SnapshotUse
{
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Stripe())];

    /// <summary>A request began. Exactly one <see cref="End"/> follows.</summary>
    public void Begin(SnapshotUser user)
    {
        user.Stripe = Environment.CurrentManagedThreadId % _stripes.Length;
        _stripes[user.Stripe].Add(user);
    }

    /// <summary>It ended, on whatever thread.</summary>
    public void End(SnapshotUser user) => _stripes[user.Stripe].Remove(user);

    /// <returns>How many use it now, and the timestamp at which the oldest began.</returns>
    public (int Count, long? OldestBegan) Look()
    {
        var count = 0;
        long? oldest = null;
        foreach (var stripe in _stripes)
        {
            var (stripeCount, stripeOldest) = stripe.Look();
            count += stripeCount;
            oldest = stripeOldest < oldest || oldest is null ? stripeOldest ?? oldest : oldest;
        }

        return (count, oldest);
    }

    private sealed class Stripe
    {
        private readonly Lock _lock = new();
        private SnapshotUser? _oldest;
        private SnapshotUser? _newest;
        private int _count;

        public void Add(SnapshotUser user)
        {
            lock (_lock)
            {
                user.Older = _newest;
                if (_newest is null)
                {
                    _oldest = user;
                }
                else
                {
                    _newest.Newer = user;
                }

                _newest = user;
                _count++;
            }
        }

        public void Remove(SnapshotUser user)
        {
            lock (_lock)
            {
                if (user.Older is null)
                {
                    _oldest = user.Newer;
                }
                else
                {
                    user.Older.Newer = user.Newer;
                }

                if (user.Newer is null)
                {
                    _newest = user.Older;
                }
                else
                {
                    user.Newer.Older = user.Older;
                }

                user.Older = user.Newer = null;
                _count--;
            }
        }

        public (int Count, long? OldestBegan) Look()
        {
            lock (_lock)
            {
                return (_count, _oldest?.Began);
            }
        }
    }
}
