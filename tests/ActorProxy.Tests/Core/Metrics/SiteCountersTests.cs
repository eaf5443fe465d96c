using ActorProxy.Core.Metrics;
using Xunit;

namespace ActorProxy.Tests.Core.Metrics;

public sealed class SiteCountersTests
{
    [Fact]
    public async Task Nothing_is_lost_when_many_threads_count()
    {
        var site = new SiteCounters("git.example.com");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                site.Begin();
                site.End(i % 10 == 0 ? 502 : 200, TimeSpan.FromMilliseconds(3));
            }

            site.Begin();
            site.UpstreamFailed("connection_refused");
        })));

        Assert.Equal(40_000, site.Requests);
        Assert.Equal(4_000, site.Errors);
        Assert.Equal(4, site.InFlight);
        Assert.Equal(TimeSpan.FromSeconds(120), site.DurationSum);
        Assert.Equal(4, Assert.Single(site.UpstreamErrors).Value.Value);
    }

    [Theory]
    [InlineData(101, 1)]
    [InlineData(204, 2)]
    [InlineData(301, 3)]
    [InlineData(499, 4)]
    [InlineData(504, 5)]
    [InlineData(999, 5)]
    [InlineData(0, 1)]
    public void Every_status_falls_into_a_class(int status, int expected)
    {
        var site = new SiteCounters("git.example.com");
        site.Begin();
        site.End(status, TimeSpan.Zero);

        Assert.Equal(1, site.RequestsOfClass(expected));
    }

    [Theory]
    [InlineData(0, "0.001")]
    [InlineData(1, "0.001")]
    [InlineData(1.1, "0.0025")]
    [InlineData(60_000, "60")]
    [InlineData(60_001, "+Inf")]
    public void A_duration_belongs_to_the_first_bound_that_is_not_below_it(double ms, string bound)
    {
        var bucket = DurationBuckets.Of(TimeSpan.FromMilliseconds(ms));

        Assert.Equal(bound, DurationBuckets.Names[bucket]);
        Assert.Equal(DurationBuckets.Names.Length, DurationBuckets.Count);
    }

    [Fact]
    public void A_site_called_unknown_shares_the_label_of_unknown_hosts()
    {
        var metrics = new ProxyMetrics();

        Assert.Same(metrics.UnknownHost, metrics.Site("unknown"));
        Assert.Same(metrics.Site("a.example"), metrics.Site("a.example"));
        Assert.Single(metrics.Sites);
    }
}
