using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>
/// Every timer of the actor system on one thread of its own. Akka's own scheduler ticks on the thread pool: starved by traffic, no
/// probe would be sent and no timeout would end. This one also sleeps until something is due, so an idle proxy does not tick at all.
/// </summary>
internal sealed class ThreadScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly object _gate = new();
    private readonly PriorityQueue<Entry, (long Due, long Order)> _entries = new();
    private long _order;
    private bool _isStopped;

    /// <summary>Called by Akka, as <c>akka.scheduler.implementation</c> says.</summary>
    public ThreadScheduler(Config config, ILoggingAdapter log)
        : base(config, log) => new Thread(Run) { IsBackground = true, Name = "actor timers" }.Start();

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => TimeProvider.System.GetUtcNow();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            _entries.Clear();
            Monitor.Pulse(_gate);
        }
    }

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action.Run, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(new Entry(action, interval.Ticks, cancelable), MonotonicClock.Ticks + delay.Ticks);

    private void Add(Entry entry, long due)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                throw new SchedulerException("The actor system has ended.");
            }

            var order = (due, _order++);
            _entries.Enqueue(entry, order);
            // Only an entry that is due first changes how long the thread may sleep.
            if (ReferenceEquals(_entries.Peek(), entry))
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    private void Run()
    {
        while (WaitForNext() is { } entry)
        {
            try
            {
                entry.Action();
            }
            catch (Exception exception)
            {
                // One that throws must not stop the clock of all others.
                Log.Error(exception, "A scheduled action failed.");
            }
        }
    }

    private Entry? WaitForNext()
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (!_entries.TryPeek(out var entry, out var order))
                {
                    Monitor.Wait(_gate);
                }
                else if (entry.IsCancelled)
                {
                    _entries.Dequeue();
                }
                else if (order.Due - MonotonicClock.Ticks is > 0 and var left)
                {
                    // Rounded up: a wake-up a fraction too early would spin.
                    Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Min((left / TimeSpan.TicksPerMillisecond) + 1, int.MaxValue)));
                }
                else
                {
                    return Take(order.Due);
                }
            }

            return null;
        }
    }

    private Entry Take(long due)
    {
        var entry = _entries.Dequeue();
        if (entry.Interval > 0)
        {
            // After a pause of the process the ticks that were missed are left out: nobody needs ten minutes of them at once.
            var next = Math.Max(due + entry.Interval, MonotonicClock.Ticks);
            _entries.Enqueue(entry, (next, _order++));
        }

        return entry;
    }

    private sealed record Entry(Action Action, long Interval, ICancelable? Cancelable)
    {
        public bool IsCancelled => Cancelable is { IsCancellationRequested: true };
    }
}
