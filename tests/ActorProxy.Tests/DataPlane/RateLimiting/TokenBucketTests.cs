using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.RateLimiting;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.DataPlane.RateLimiting;

public sealed class TokenBucketTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_new_bucket_gives_its_burst_and_then_one_token_a_period()
    {
        var limit = new BucketLimit(new RateLimit(10, 20), Second);
        var bucket = TokenBucket.Full(limit, 0);

        for (var i = 0; i < 20; i++)
        {
            Assert.True(bucket.TryTake(limit, 0, out _));
        }

        Assert.False(bucket.TryTake(limit, 0, out var wait));
        Assert.Equal(Second / 10, wait);
        Assert.False(bucket.TryTake(limit, wait - 1, out _));
        Assert.True(bucket.TryTake(limit, wait, out _));
        Assert.False(bucket.TryTake(limit, wait, out _));
    }

    [Fact]
    public void The_largest_limits_and_longest_silences_do_not_overflow()
    {
        var limit = new BucketLimit(new RateLimit(int.MaxValue, int.MaxValue), Second);
        var bucket = TokenBucket.Full(limit, 0);

        Assert.True(bucket.TryTake(limit, 1, out _));
        Assert.True(bucket.TryTake(limit, long.MaxValue / 2, out _));
        Assert.True(bucket.FullAt(limit) >= long.MaxValue / 2);
    }

    [Fact]
    public void A_clock_read_before_another_threads_counts_as_no_time_passed()
    {
        var limit = new BucketLimit(new RateLimit(1, 1), Second);
        var bucket = TokenBucket.Full(limit, 10 * Second);

        Assert.True(bucket.TryTake(limit, 9 * Second, out _));
        Assert.False(bucket.TryTake(limit, 9 * Second, out var wait));
        Assert.Equal(Second, wait);
        Assert.True(bucket.TryTake(limit, 11 * Second, out _));
    }

    [Fact]
    public void It_agrees_with_exact_arithmetic_through_any_takes_pauses_and_changes_of_the_limit()
    {
        var limits = Gen.Select(Gen.Int[1, 50], Gen.Int[1, 50], (rate, burst) => new RateLimit(rate, burst));
        var step = Gen.Select(Gen.Long[0, Second / 2], Gen.Int[0, 9], limits);
        Gen.Select(limits, step.Array[1, 200]).Sample((first, steps) =>
        {
            var limit = new BucketLimit(first, Second);
            var bucket = TokenBucket.Full(limit, 0);
            var model = first;
            decimal tokens = first.Burst;
            var now = 0L;
            foreach (var (pause, action, change) in steps)
            {
                now += pause;
                tokens = Math.Min(model.Burst, tokens + ((decimal)pause * model.RequestsPerSecond / Second));
                if (action == 0)
                {
                    var next = new BucketLimit(change, Second);
                    bucket.Change(limit, next, now);
                    (limit, model, tokens) = (next, change, Math.Min(change.Burst, tokens));
                    continue;
                }

                var expected = tokens >= 1;
                var wait = expected ? 0 : (long)Math.Ceiling((1 - tokens) * Second / model.RequestsPerSecond);
                Assert.Equal(expected, bucket.TryTake(limit, now, out var actual));
                Assert.Equal(wait, actual);
                tokens -= expected ? 1 : 0;
                Assert.Equal(now + (long)Math.Ceiling((model.Burst - tokens) * Second / model.RequestsPerSecond), bucket.FullAt(limit));
            }
        });
    }
}
