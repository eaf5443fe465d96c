using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.RateLimiting;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.RateLimiting;

public sealed class BucketTableTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("203.0.113.5", "::ffff:203.0.113.5", true)]
    [InlineData("203.0.113.5", "203.0.113.6", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void An_IPv4_address_and_an_IPv6_64_are_one_client_each(string one, string other, bool same)
    {
        using var table = new BucketTable(new RateLimit(1, 1), _time);

        Assert.True(table.TryTake(IPAddress.Parse(one), out _));
        Assert.Equal(!same, table.TryTake(IPAddress.Parse(other), out _));
    }

    [Fact]
    public void A_refused_client_is_told_when_to_come_back()
    {
        using var table = new BucketTable(new RateLimit(4, 1), _time);

        Assert.True(table.TryTake(Client(1), out var none));
        Assert.Equal(TimeSpan.Zero, none);
        Assert.False(table.TryTake(Client(1), out var retryAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(250), retryAfter);
        _time.Advance(retryAfter);
        Assert.True(table.TryTake(Client(1), out _));
    }

    [Fact]
    public void New_limits_cut_tokens_and_reset_nothing()
    {
        using var table = new BucketTable(new RateLimit(1, 10), _time);
        Assert.Equal(4, TakeAll(table, Client(1), atMost: 4));

        table.Apply(new RateLimit(1, 3));
        Assert.Equal(3, TakeAll(table, Client(1)));
        Assert.Equal(3, TakeAll(table, Client(2)));

        table.Apply(new RateLimit(5, 100));
        Assert.Equal(0, TakeAll(table, Client(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, TakeAll(table, Client(1)));
        Assert.Equal(100, TakeAll(table, Client(3)));
    }

    [Fact]
    public void Idle_buckets_are_dropped_after_five_minutes()
    {
        using var table = new BucketTable(new RateLimit(1, 100_000), _time);
        for (var i = 0; i < 1000; i++)
        {
            table.TryTake(Client(i), out _);
        }

        _time.Advance(TimeSpan.FromMinutes(4));
        table.TryTake(Client(0), out _);
        Assert.Equal(1000, table.Count);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void A_bucket_that_is_full_again_makes_room_and_one_that_is_not_never_does()
    {
        using var table = new BucketTable(new RateLimit(1, 2), _time, capacity: 100);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(2, TakeAll(table, Client(i)));
        }

        for (var i = 100; i < 1000; i++)
        {
            table.TryTake(Client(i), out _);
        }

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(0, TakeAll(table, Client(i))));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, TakeAll(table, Client(7)));
        for (var i = 1000; i < 1099; i++)
        {
            Assert.Equal(2, TakeAll(table, Client(i)));
        }

        Assert.Equal(100, table.Count);
        Assert.Equal(0, TakeAll(table, Client(7)));
        Assert.All(Enumerable.Range(1000, 99), i => Assert.Equal(0, TakeAll(table, Client(i))));
    }

    [Theory]
    [InlineData("198.51.100.", 1, 254)]
    [InlineData("2001:db8:7:", 1, 500)]
    public void Newcomers_of_one_network_share_a_spare_bucket_when_none_can_go(string network, int first, int count)
    {
        using var table = new BucketTable(new RateLimit(1, 3), _time, capacity: 10);
        for (var i = 0; i < 10; i++)
        {
            TakeAll(table, Client(i));
        }

        var suffix = network.Contains(':') ? "::1" : "";
        var served = Enumerable.Range(first, count).Sum(i => TakeAll(table, IPAddress.Parse($"{network}{i}{suffix}")));

        Assert.Equal(3, served);
        Assert.Equal(10, table.Count);
    }

    [Fact]
    public void Newcomers_of_many_networks_share_at_most_4096_spare_buckets()
    {
        using var table = new BucketTable(new RateLimit(1, 1), _time, capacity: 1);
        table.TryTake(Client(0), out _);

        var served = Enumerable.Range(1, 50_000).Count(i => table.TryTake(new IPAddress([11, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), out _));
        var networks = Enumerable.Range(1, 50_000).Count(i => table.TryTake(new IPAddress([20, (byte)(i >> 8), (byte)i, 1]), out _));

        Assert.InRange(served, 150, 196);
        Assert.InRange(networks, 3700, 4096 - 150);
    }

    [Fact]
    public void A_flood_of_addresses_changes_nothing_for_a_client_that_is_limited()
    {
        Gen.Select(Gen.Int[1, 5], Gen.Int[2, 10], Gen.Select(Gen.Int[0, 300], Gen.Int[0, 40]).Array[50]).Sample((rate, burst, steps) =>
        {
            var time = new FakeTimeProvider();
            using var table = new BucketTable(new RateLimit(rate, burst), time, capacity: 20);
            var victim = IPAddress.Parse("203.0.113.200");
            Assert.Equal(burst, TakeAll(table, victim));
            decimal tokens = 0;
            var newcomer = 0;
            foreach (var (pauseMs, floods) in steps)
            {
                time.Advance(TimeSpan.FromMilliseconds(pauseMs));
                tokens += pauseMs * rate / 1000m;
                if (tokens >= burst)
                {
                    return;
                }

                for (var i = 0; i < floods; i++)
                {
                    table.TryTake(Client(newcomer++), out _);
                }

                Assert.InRange(table.Count, 1, 20);
                Assert.Equal(tokens >= 1, table.TryTake(victim, out _));
                tokens -= tokens >= 1 ? 1 : 0;
            }
        });
    }

    [Theory]
    [InlineData(64)]
    [InlineData(40)]
    public async Task Threads_that_race_get_exactly_the_burst_of_each_client(int capacity)
    {
        using var table = new BucketTable(new RateLimit(1, 500), _time, capacity);
        var served = new int[64];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 300; round++)
            {
                for (var client = 0; client < served.Length; client++)
                {
                    if (table.TryTake(Client(client << 8), out var _))
                    {
                        Interlocked.Increment(ref served[client]);
                    }
                }
            }
        })));

        Assert.Equal(capacity, table.Count);
        Assert.True(served.Count(tokens => tokens == 500) >= capacity);
        Assert.All(served, tokens => Assert.InRange(tokens, 0, 500));
    }

    [Fact]
    public async Task Limits_may_change_while_requests_take_tokens()
    {
        using var table = new BucketTable(new RateLimit(1, 1000), _time);
        var served = 0;
        var takers = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (table.TryTake(Client(1), out var _))
                {
                    Interlocked.Increment(ref served);
                }
            }
        })));
        for (var i = 0; i < 200; i++)
        {
            table.Apply(new RateLimit(1 + (i % 7), 1000 + i));
        }

        await takers;
        Assert.InRange(served, 1000, 1199);
    }

    [Fact]
    public void A_known_client_costs_no_allocation()
    {
        using var table = new BucketTable(new RateLimit(1, 5), _time);
        var clients = new[] { IPAddress.Parse("203.0.113.9"), IPAddress.Parse("2001:db8::9"), IPAddress.Parse("::ffff:192.0.2.9") };
        TakeFromEach(table, clients);

        var before = GC.GetAllocatedBytesForCurrentThread();
        TakeFromEach(table, clients);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void TakeFromEach(BucketTable table, IPAddress[] clients)
    {
        for (var i = 0; i < 1000; i++)
        {
            table.TryTake(clients[i % clients.Length], out _);
        }
    }

    private static IPAddress Client(int number) => new([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);

    private static int TakeAll(BucketTable table, IPAddress client, int atMost = int.MaxValue)
    {
        var taken = 0;
        while (taken < atMost && table.TryTake(client, out _))
        {
            taken++;
        }

        return taken;
    }
}
