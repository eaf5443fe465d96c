using Akka.Dispatch;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>
/// The threads of one dispatcher: made when work comes and all others are busy, up to a limit, and asleep between. Akka's own dedicated
/// pool makes them all at once, and each spins before it sleeps: 2 % of a core in an idle process.
/// </summary>
internal sealed class ActorThreads : ExecutorService
{
    private readonly object _gate = new();
    private readonly Queue<IRunnable> _work = new();
    private readonly int _limit;
    private int _threads;
    private int _idle;
    private bool _isStopped;

    /// <param name="id">The dispatcher.</param>
    /// <param name="limit">The most threads; at least one.</param>
    public ActorThreads(string id, int limit)
        : base(id) => _limit = Math.Max(1, limit);

    /// <inheritdoc/>
    public override void Execute(IRunnable run)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                throw new RejectedExecutionException($"The threads of {Id} have been stopped.");
            }

            _work.Enqueue(run);
            if (_work.Count <= _idle)
            {
                Monitor.Pulse(_gate);
            }
            else if (_threads < _limit)
            {
                _threads++;
                new Thread(Run) { IsBackground = true, Name = "actors" }.Start();
            }
        }
    }

    /// <summary>What was taken is still done; then the threads end.</summary>
    public override void Shutdown()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        while (Next() is { } run)
        {
            try
            {
                run.Run();
            }
            catch (RejectedExecutionException)
            {
                // A mailbox that has more to do although its dispatcher was stopped. Nothing else is caught: a mailbox handles
                // whatever its actor throws, and what is left is a fault that must not be hidden.
            }
        }
    }

    private IRunnable? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0)
            {
                if (_isStopped)
                {
                    return null;
                }

                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            return _work.Dequeue();
        }
    }
}
