using System.Diagnostics;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.TestKit;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

public sealed class ThreadSchedulerTests : ActorTests
{
    private readonly ThreadScheduler _owned;
    private readonly IScheduler _scheduler;

    public ThreadSchedulerTests() => _scheduler = _owned = new ThreadScheduler(Sys.Settings.Config, NoLogger.Instance);

    [Fact]
    public void The_actor_system_uses_it() => Assert.IsType<ThreadScheduler>(Sys.Scheduler);

    [Fact]
    public async Task Messages_arrive_in_the_order_in_which_they_are_due_and_never_early()
    {
        var began = Stopwatch.GetTimestamp();
        _scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(150), TestActor, "second", TestActor);
        _scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(50), TestActor, "first", TestActor);

        await ExpectMsgAsync("first", cancellationToken: Cancelled);
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(50));
        await ExpectMsgAsync("second", cancellationToken: Cancelled);
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task A_repeated_message_comes_until_it_is_cancelled()
    {
        using var cancelable = new Cancelable(_scheduler.Advanced);
        var ticks = 0;
        _scheduler.Advanced.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(10), () => Interlocked.Increment(ref ticks), cancelable);
        await Eventually.HoldsAsync(() => Volatile.Read(ref ticks) >= 3, "three ticks", Cancelled);

        cancelable.Cancel();
        _scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(20), TestActor, "later", TestActor);
        await ExpectMsgAsync("later", cancellationToken: Cancelled);
        var atCancel = Volatile.Read(ref ticks);
        _scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), TestActor, "much later", TestActor);
        await ExpectMsgAsync("much later", cancellationToken: Cancelled);

        Assert.Equal(atCancel, Volatile.Read(ref ticks));
    }

    [Fact]
    public async Task An_action_that_throws_stops_no_other()
    {
        _scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => throw new InvalidOperationException("bug"));
        _scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(20), TestActor, "next", TestActor);

        await ExpectMsgAsync("next", cancellationToken: Cancelled);
    }

    [Fact]
    public void After_its_end_nothing_can_be_scheduled()
    {
        _owned.Dispose();

        Assert.Throws<SchedulerException>(() => _scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => { }));
    }

    protected override void AfterAll()
    {
        _owned.Dispose();
        base.AfterAll();
    }
}
