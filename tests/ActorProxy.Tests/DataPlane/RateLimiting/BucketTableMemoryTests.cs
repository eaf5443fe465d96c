using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.RateLimiting;

[Collection(RunsAlone.Name)]
public sealed class BucketTableMemoryTests
{
    [Fact]
    public void Memory_is_bounded_whatever_the_number_of_addresses()
    {
        using var table = new BucketTable(new RateLimit(1, 1), new FakeTimeProvider());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 400_000; i++)
        {
            table.TryTake(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), out _);
        }

        Assert.Equal(262_144, table.Count);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 48L << 20);
    }
}
