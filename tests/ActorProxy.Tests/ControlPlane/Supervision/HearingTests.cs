using ActorProxy.ControlPlane.Supervision;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

public sealed class HearingTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Hearing _hearing;

    public HearingTests() => _hearing = new Hearing(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), _time);

    [Fact]
    public void Ten_unanswered_seconds_are_deaf_and_two_are_doubtful()
    {
        Tick(2);
        Assert.False(_hearing.IsDoubtful);
        Tick();
        Assert.True(_hearing.IsDoubtful);
        Tick(7);
        Assert.False(_hearing.IsDeaf);
        Tick();
        Assert.True(_hearing.IsDeaf);
    }

    [Fact]
    public void Any_answer_begins_anew()
    {
        Tick(10);
        _hearing.Answered();

        Tick();

        Assert.False(_hearing.IsDoubtful);
    }

    [Fact]
    public void After_a_pause_of_the_whole_process_nobody_is_deaf()
    {
        Tick(2);
        _time.Advance(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 600; i++)
        {
            // The timer's backlog, all at once.
            _hearing.Tick();
        }

        Assert.False(_hearing.IsDoubtful);
        Tick(11);
        Assert.True(_hearing.IsDeaf);
    }

    private void Tick(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _hearing.Tick();
        }
    }
}
