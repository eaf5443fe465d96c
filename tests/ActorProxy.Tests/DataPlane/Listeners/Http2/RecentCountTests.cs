using ActorProxy.DataPlane.Listeners.Http2;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

public sealed class RecentCountTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void What_is_older_than_ten_seconds_is_forgotten_and_nothing_younger()
    {
        var random = new Random(1);
        var count = new RecentCount();
        var times = new List<TimeSpan>();
        var now = TimeSpan.Zero;
        for (var turn = 0; turn < 20_000; turn++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(turn % 1000 == 0 ? 15_000 : 40));
            times.Add(now);

            Assert.InRange(count.Add(now), times.Count(time => now - time < Window), times.Count(time => now - time <= Window + Precision));
            times.RemoveAll(time => now - time > Window + Precision);
        }
    }

    [Fact]
    public void Counts_more_in_an_instant_than_any_limit()
    {
        var count = new RecentCount();
        for (var number = 0; number < 100_000; number++)
        {
            count.Add(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(count.Add(TimeSpan.FromSeconds(1)), 60_000, 100_001);
    }

    [Fact]
    public void Clearing_begins_anew()
    {
        var count = new RecentCount();
        count.Add(TimeSpan.FromSeconds(1));
        count.Clear();

        Assert.Equal(1, count.Add(TimeSpan.FromSeconds(2)));
    }
}
