using ActorProxy.ControlPlane.Supervision;
using Akka.Dispatch;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

public sealed class ActorThreadsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_is_done_while_other_work_hangs_up_to_the_limit()
    {
        var threads = new ActorThreads("test", limit: 3);
        var hanging = new ManualResetEventSlim();
        threads.Execute(new ActionRunnable(() => hanging.Wait(Cancelled)));
        threads.Execute(new ActionRunnable(() => hanging.Wait(Cancelled)));

        for (var time = 0; time < 1000; time++)
        {
            await DoneAsync(threads);
        }

        threads.Execute(new ActionRunnable(() => hanging.Wait(Cancelled)));
        var waiting = DoneAsync(threads);
        Assert.False(waiting.IsCompleted);
        hanging.Set();
        await waiting;
        threads.Shutdown();
    }

    [Fact]
    public async Task Many_at_once_are_all_done()
    {
        var threads = new ActorThreads("test", limit: 4);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            async () =>
            {
                for (var time = 0; time < 500; time++)
                {
                    await DoneAsync(threads);
                }
            },
            Cancelled)));

        threads.Shutdown();
    }

    [Fact]
    public async Task A_stop_lets_what_was_taken_end_and_takes_no_more()
    {
        var threads = new ActorThreads("test", limit: 1);
        var hanging = new ManualResetEventSlim();
        threads.Execute(new ActionRunnable(() => hanging.Wait(Cancelled)));
        var taken = DoneAsync(threads);

        threads.Shutdown();

        Assert.Throws<RejectedExecutionException>(() => threads.Execute(new ActionRunnable(() => { })));
        hanging.Set();
        await taken;
    }

    private static Task DoneAsync(ActorThreads threads)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        threads.Execute(new ActionRunnable(done.SetResult));
        return done.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }
}
