using ActorProxy.Core.Linux;
using ActorProxy.Core.Metrics;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Logs;

/// <summary>
/// One descriptor that gets every line, behind a bounded buffer and a thread of its own: the thread may hang in a write for as
/// long as it likes, writers only ever copy into memory or count a dropped line.
/// </summary>
internal sealed class LogDestination
{
    private const int BufferSize = 1 << 20;

    // Lines of a busy moment share one write, and so one wake-up of the thread; a line in a quiet one is written at once.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private readonly object _gate = new();
    private readonly TimeProvider _time;
    private readonly Counter _droppedTotal;
    private readonly Action<DroppedLines> _report;
    private readonly Func<SafeFileHandle?> _reopen;
    private readonly DropTally _drops;
    private SafeFileHandle _handle;
    private byte[] _pending = GC.AllocateUninitializedArray<byte>(BufferSize);
    private byte[] _writing = GC.AllocateUninitializedArray<byte>(BufferSize);
    private int _length;
    private long _accepted;
    private long _done;
    private bool _idle;
    private bool _reopening;
    private bool _stopping;
    private bool _torn;

    /// <summary>Starts its thread.</summary>
    /// <param name="name">As the log calls it.</param>
    /// <param name="handle">Where the bytes go; owned.</param>
    /// <param name="time">Spaces writes and reports.</param>
    /// <param name="droppedTotal">Raised with each dropped line.</param>
    /// <param name="report">Told of dropped lines; by any thread, never under a lock.</param>
    /// <param name="reopen">Opens the successor of the handle; <c>null</c> keeps the old one. Called on its thread.</param>
    public LogDestination(
        string name, SafeFileHandle handle, TimeProvider time, Counter droppedTotal, Action<DroppedLines> report, Func<SafeFileHandle?> reopen)
    {
        Name = name;
        _handle = handle;
        _time = time;
        _droppedTotal = droppedTotal;
        _report = report;
        _reopen = reopen;
        _drops = new DropTally(time);
        new Thread(Run) { IsBackground = true, Name = $"log {name}" }.Start();
    }

    public string Name { get; }

    /// <summary>Takes a copy of a line. Never waits for the descriptor; a line for which there is no room is counted and reported.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        if (TryAdd(line))
        {
            return;
        }

        _droppedTotal.Increment();
        DroppedLines? report;
        lock (_gate)
        {
            _drops.Add(1);
            report = _drops.TakeReport(this, works: false);
        }

        Report(report);
    }

    /// <summary>Takes a line about dropped lines, if there is room.</summary>
    /// <param name="line">The line.</param>
    /// <param name="told">How many of its own it tells of; they are told later when there is no room.</param>
    public void WriteReport(ReadOnlySpan<byte> line, long told)
    {
        if (!TryAdd(line))
        {
            lock (_gate)
            {
                _drops.PutBack(told);
            }
        }
    }

    /// <summary>Lets its thread open the file anew, before what it writes next.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _reopening = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until what was taken so far is written or lost.</summary>
    /// <returns>Whether that happened in time.</returns>
    public bool Flush(TimeSpan timeout)
    {
        var began = _time.GetTimestamp();
        lock (_gate)
        {
            var goal = _accepted;
            while (_done < goal)
            {
                var left = timeout - _time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    return _done >= goal;
                }
            }

            return true;
        }
    }

    /// <summary>Ends the thread when it has written what it holds.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        var wroteAt = _time.GetTimestamp() - _time.TimestampFrequency;
        while (WaitForWork(wroteAt))
        {
            ReopenIfAsked();
            var (batch, upTo) = TakeBatch();
            wroteAt = _time.GetTimestamp();
            var failure = Write(batch.Span, out var lost);
            _droppedTotal.Add(lost);
            DroppedLines? report;
            lock (_gate)
            {
                _drops.Add(lost);
                _drops.Failure = batch.IsEmpty ? _drops.Failure : failure?.Reason;
                _done = upTo;
                report = _drops.TakeReport(this, works: _drops.Failure is null);
                Monitor.PulseAll(_gate);
            }

            Report(report);
        }

        _handle.Dispose();
    }

    private bool TryAdd(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (line.Length > BufferSize - _length)
            {
                return false;
            }

            line.CopyTo(_pending.AsSpan(_length));
            _length += line.Length;
            _accepted++;

            // Woken when it sleeps for want of lines; while it gathers only when the buffer fills.
            if (_idle || _length > BufferSize / 2)
            {
                _idle = false;
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    private void Report(DroppedLines? report)
    {
        if (report is not null)
        {
            _report(report);
        }
    }

    // Back when there is something to write, to open or to report; false when it is over.
    private bool WaitForWork(long wroteAt)
    {
        lock (_gate)
        {
            while (_length == 0 && !_reopening && !_stopping)
            {
                _idle = true;
                if (!Monitor.Wait(_gate, _drops.WaitForReport))
                {
                    break;
                }
            }

            _idle = false;
            var left = Gathering - _time.GetElapsedTime(wroteAt);
            if (left > TimeSpan.Zero && _length <= BufferSize / 2 && !_stopping)
            {
                Monitor.Wait(_gate, left);
            }

            return !_stopping || _length > 0;
        }
    }

    private (ReadOnlyMemory<byte> Batch, long UpTo) TakeBatch()
    {
        lock (_gate)
        {
            (_pending, _writing) = (_writing, _pending);
            var batch = _writing.AsMemory(0, _length);
            _length = 0;
            return (batch, _accepted);
        }
    }

    private LinuxException? Write(ReadOnlySpan<byte> batch, out int lostLines)
    {
        lostLines = 0;
        if (batch.IsEmpty)
        {
            return null;
        }

        // A write that failed within a line left half of it: the next one must not become its end.
        var written = 0;
        var failure = _torn ? DescriptorWriter.WriteAll(_handle, "\n"u8, out _) : null;
        if (failure is null)
        {
            failure = DescriptorWriter.WriteAll(_handle, batch, out written);
            _torn = written > 0 && batch[written - 1] != (byte)'\n';
        }

        lostLines = batch[written..].Count((byte)'\n');
        return failure;
    }

    private void ReopenIfAsked()
    {
        lock (_gate)
        {
            if (!_reopening)
            {
                return;
            }

            _reopening = false;
        }

        if (_reopen() is { } successor)
        {
            _handle.Dispose();
            _handle = successor;
            _torn = false;
        }
    }
}
