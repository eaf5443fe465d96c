using ActorProxy.ControlPlane.Traffic;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Traffic;

public sealed class BackOffTests
{
    [Fact]
    public void Each_wait_is_twice_as_long_up_to_the_bound_and_a_success_begins_anew()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

        var waits = Enumerable.Range(0, 100).Select(_ => backOff.Next().TotalMilliseconds).ToList();

        Assert.Equal([100, 200, 400, 800, 1600, 3200, 5000], waits.Take(7));
        Assert.All(waits.Skip(6), wait => Assert.Equal(5000, wait));
        backOff.Reset();
        Assert.Equal(100, backOff.Next().TotalMilliseconds);
    }
}
