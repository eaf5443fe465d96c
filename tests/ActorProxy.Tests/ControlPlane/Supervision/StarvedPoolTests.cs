using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

[Collection(RunsAlone.Name)]
public sealed class StarvedPoolTests : ControlPlaneTests
{
    [Fact]
    public async Task A_starved_thread_pool_makes_no_actor_deaf()
    {
        await StartAsync();
        using var released = new ManualResetEventSlim();
        for (var i = 0; i < 2000; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => released.Wait(), null);
        }

        try
        {
            // Nothing here may await: its continuation would wait for the pool.
            var before = Pulses;
            var waited = SpinWait.SpinUntil(() => Pulses >= before + 4 || Ended.IsCompleted, Deadline);

            Assert.True(waited, $"{Pulses - before} pulses; {string.Join(", ", Ledger.Actors)}; silent {string.Join(", ", Ledger.SilentFor(Settings.Supervision.PulseWithin))}");
            Assert.False(Ended.IsCompleted);
            Assert.Empty(Ledger.SilentFor(Settings.Supervision.PulseWithin));
        }
        finally
        {
            released.Set();
        }

        await Eventually.HoldsAsync(() => ThreadPool.PendingWorkItemCount == 0, "the pool works again", Cancelled);
    }
}
