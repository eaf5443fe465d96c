using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Upkeep;

/// <summary>When memory is given back, and when not. Looks come from the test alone, and each has been decided when the next one comes.</summary>
public sealed class MemoryActorTests : ActorTests
{
    private const int Idle = 1_000;
    private const int Busy = 10_000_000;

    private readonly FakeTimeProvider _time = new();
    private MemoryUse _use = new(0, 0, 100);
    private int _givenBack;

    [Fact]
    public async Task Memory_is_given_back_when_a_crowd_has_left_and_not_between_two()
    {
        var memory = await StartAsync();

        // No crowd; a crowd with one gap; one that leaves slowly, up to the first calm look.
        foreach (var connections in new[] { 255, 0, 0, 1000, 0, 1000, 600, 300, 300, 250 })
        {
            Assert.Equal(0, await LookAsync(memory, connections, Busy, 100));
        }

        Assert.Equal(1, await LookAsync(memory, 240, Busy, 100));

        // Not again so soon.
        foreach (var connections in new[] { 10, 1000, 10, 10 })
        {
            Assert.Equal(1, await LookAsync(memory, connections, Busy, 100));
        }

        _time.Advance(Settings.Memory.Pause);
        Assert.Equal(2, await LookAsync(memory, 10, Busy, 100));

        // Nor for a crowd that was given back for already.
        _time.Advance(Settings.Memory.Pause);
        foreach (var (connections, times) in new[] { (10, 2), (10, 2), (256, 2), (64, 2), (64, 3) })
        {
            Assert.Equal(times, await LookAsync(memory, connections, Busy, 100));
        }
    }

    [Theory]
    [InlineData(Busy, 111)]
    [InlineData(Idle, 104)]
    public async Task Memory_is_given_back_when_the_proxy_is_idle_and_has_grown_and_not_for_one_of_the_two(int allocated, int resident)
    {
        var memory = await StartAsync();

        for (var look = 0; look < 3; look++)
        {
            Assert.Equal(0, await LookAsync(memory, 10, allocated, resident));
        }

        Assert.Equal(0, await LookAsync(memory, 10, Idle, 111));
        Assert.Equal(1, await LookAsync(memory, 10, Idle, 111));
    }

    [Fact]
    public async Task Growth_counts_from_the_smallest_since_memory_was_given_back()
    {
        var memory = await StartAsync();
        await LookAsync(memory, 10, Busy, 50);

        Assert.Equal(0, await LookAsync(memory, 10, Idle, 60));
        Assert.Equal(1, await LookAsync(memory, 10, Idle, 60));

        // What could not be given back is the size to grow from.
        _time.Advance(Settings.Memory.Pause);
        foreach (var (resident, times) in new[] { (60, 1), (60, 1), (66, 1), (66, 2) })
        {
            Assert.Equal(times, await LookAsync(memory, 10, Idle, resident));
        }
    }

    // It has seen how large the process is at its start.
    private async Task<IActorRef> StartAsync()
    {
        var memory = Sys.ActorOf(MemoryActor.Props(
            new MemoryParts(() => _use, GiveBackAsync, _time), Settings.Memory with { Interval = TimeSpan.FromHours(1) }));
        await HasHandledAllAsync(memory);
        return memory;
    }

    private Task GiveBackAsync()
    {
        _givenBack++;
        return Task.CompletedTask;
    }

    // How often it has been given back by the end of this look.
    private async Task<int> LookAsync(IActorRef memory, int connections, int allocated, int resident)
    {
        _use = new MemoryUse(connections, _use.Allocated + allocated, resident);
        memory.Tell(new MemoryActor.LookDue());
        await HasHandledAllAsync(memory);

        // And what it told itself meanwhile.
        await HasHandledAllAsync(memory);
        return _givenBack;
    }

    private static Task HasHandledAllAsync(IActorRef memory) =>
        memory.Ask<SupervisionMessages.Alive>(new SupervisionMessages.Probe(1), Deadline, Cancelled);
}
