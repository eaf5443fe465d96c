using ActorProxy.ControlPlane.AdminSocket;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

public class RefusalLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_uid_gets_five_lines_a_second_and_the_next_one_counts_those_left_out()
    {
        var limiter = new RefusalLimiter(_time);

        Assert.Equal([0, 0, 0, 0, 0, null, null, null], Enumerable.Range(0, 8).Select(_ => limiter.TryWrite(1000)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([3, 0], Enumerable.Range(0, 2).Select(_ => limiter.TryWrite(1000)));
    }

    [Fact]
    public void One_uid_does_not_take_anothers_lines()
    {
        var limiter = new RefusalLimiter(_time);
        for (var line = 0; line < 100; line++)
        {
            limiter.TryWrite(1000);
        }

        Assert.Equal(0, limiter.TryWrite(1001));
    }
}
