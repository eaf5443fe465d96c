using ActorProxy.DataPlane.Listeners;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class ConnectionSlotsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Slots_are_given_in_the_order_they_were_asked_for()
    {
        var slots = new ConnectionSlots(1);
        await slots.TakeAsync(Cancelled);
        var first = slots.TakeAsync(Cancelled).AsTask();
        var second = slots.TakeAsync(Cancelled).AsTask();

        slots.Release();

        await first;
        Assert.False(second.IsCompleted);
        Assert.False(slots.TryTake());
        slots.Release();
        await second;
        Assert.Equal(1, slots.Taken);
    }

    [Fact]
    public async Task Who_gives_up_takes_no_slot()
    {
        var slots = new ConnectionSlots(1);
        Assert.True(slots.TryTake());
        using var patience = new CancellationTokenSource();
        var impatient = slots.TakeAsync(patience.Token).AsTask();
        var next = slots.TakeAsync(Cancelled).AsTask();

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        slots.Release();

        await next;
        Assert.Equal(1, slots.Taken);
        slots.Release();
        Assert.Equal(0, slots.Taken);
    }

    [Fact]
    public async Task A_higher_limit_lets_in_those_who_wait_and_a_lower_one_takes_nothing_away()
    {
        var slots = new ConnectionSlots(1);
        Assert.True(slots.TryTake());
        var waiting = slots.TakeAsync(Cancelled).AsTask();

        slots.Resize(2);
        await waiting;
        slots.Resize(1);

        Assert.Equal(2, slots.Taken);
        slots.Release();
        Assert.False(slots.TryTake());
        slots.Release();
        Assert.True(slots.TryTake());
    }
}
