using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Logs;

/// <summary>
/// Where every line goes: standard output, and the file when there is one. Works from the first instant of the process with
/// defaults; the configuration comes later. Any thread writes; no writer ever waits for a descriptor.
/// </summary>
public sealed class LogQueue : IDisposable
{
    private const int StandardOutput = 1;

    private readonly TimeProvider _time;
    private readonly Counter _dropped;
    private readonly LineTime _lineTime = new();
    private LogDestination[] _destinations;
    private volatile LogLevelName _level = LogLevelName.Info;
    private volatile LogFormat _format;

    /// <summary>Writes to standard output.</summary>
    /// <param name="time">Dates the lines.</param>
    /// <param name="dropped">Raised with each line that a destination did not take.</param>
    public LogQueue(TimeProvider time, Counter dropped)
        : this(time, dropped, new SafeFileHandle(StandardOutput, ownsHandle: false))
    {
    }

    internal LogQueue(TimeProvider time, Counter dropped, SafeFileHandle standardOutput)
    {
        _time = time;
        _dropped = dropped;
        _destinations = [new LogDestination("stdout", standardOutput, time, dropped, Report, static () => null)];
    }

    /// <summary>The lowest level that is written.</summary>
    public LogLevelName Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>How lines are written.</summary>
    public LogFormat Format
    {
        get => _format;
        set => _format = value;
    }

    /// <summary>Whether lines of a level are written now.</summary>
    /// <param name="level">The level.</param>
    public bool IsEnabled(LogLevelName level) => level >= _level;

    /// <summary>Writes to a file as well, from now on. Called once.</summary>
    /// <param name="path">Opened again at each <see cref="Reopen"/>.</param>
    /// <returns><c>null</c>, or why the file can't be used: one sentence that says what to change.</returns>
    public string? AddFile(string path)
    {
        switch (LogFile.Open(path))
        {
            case LogFileResult.Opened opened:
                Add(new LogDestination("file", opened.Handle, _time, _dropped, Report, () => OpenAgain(path)));
                return null;
            case LogFileResult.Refused refused:
                return refused.Reason;
            default:
                throw new InvalidOperationException("No other result exists.");
        }
    }

    /// <summary>Lets the file be opened anew by its own thread; a refusal is an ERROR line, and the old one stays.</summary>
    public void Reopen()
    {
        foreach (var destination in Volatile.Read(ref _destinations))
        {
            destination.Reopen();
        }
    }

    /// <summary>Begins a line, dated now. Ends with <see cref="Write"/>, which must follow.</summary>
    /// <param name="level">Its level; whether it is enabled was asked before.</param>
    /// <param name="name">The event, in upper case.</param>
    public LineWriter Begin(LogLevelName level, ReadOnlySpan<byte> name) => Begin(level, name, _time.GetUtcNow());

    /// <summary>Ends a line, gives it to every destination and returns its buffer.</summary>
    /// <param name="line">What <see cref="Begin(LogLevelName, ReadOnlySpan{byte})"/> gave.</param>
    public void Write(ref LineWriter line)
    {
        var bytes = line.End();
        foreach (var destination in Volatile.Read(ref _destinations))
        {
            destination.Write(bytes);
        }

        line.Dispose();
    }

    /// <summary>Waits until every destination has what was written so far.</summary>
    /// <param name="timeout">For all of them together; one that hangs keeps what it has not taken.</param>
    /// <returns>Whether all of them have it.</returns>
    public bool Flush(TimeSpan timeout)
    {
        var began = _time.GetTimestamp();
        var all = true;
        foreach (var destination in Volatile.Read(ref _destinations))
        {
            all &= destination.Flush(timeout - _time.GetElapsedTime(began));
        }

        return all;
    }

    /// <summary>Lets the threads end when they have written what they hold. Does not wait: see <see cref="Flush"/>.</summary>
    public void Dispose()
    {
        foreach (var destination in Volatile.Read(ref _destinations))
        {
            destination.Stop();
        }
    }

    internal void Add(LogDestination destination) => Volatile.Write(ref _destinations, [.. _destinations, destination]);

    internal LineWriter Begin(LogLevelName level, ReadOnlySpan<byte> name, DateTimeOffset now) => new(_format, _lineTime, now, level, name);

    private SafeFileHandle? OpenAgain(string path)
    {
        var result = LogFile.Open(path);
        var refused = result as LogFileResult.Refused;
        var level = refused is null ? LogLevelName.Info : LogLevelName.Error;
        if (!IsEnabled(level))
        {
            return (result as LogFileResult.Opened)?.Handle;
        }

        var line = Begin(level, "LOG_REOPEN"u8);
        line.Text("status"u8, refused is null ? "success" : "failed");
        if (refused is not null)
        {
            line.Text("reason"u8, refused.Reason);
        }

        Write(ref line);
        return (result as LogFileResult.Opened)?.Handle;
    }

    // Said wherever it can be heard.
    private void Report(DroppedLines dropped)
    {
        foreach (var destination in Volatile.Read(ref _destinations))
        {
            var count = destination == dropped.Destination ? dropped.ForItself : dropped.ForOthers;
            if (count > 0)
            {
                Tell(destination, dropped, count);
            }
        }
    }

    private void Tell(LogDestination listener, DroppedLines dropped, long count)
    {
        var line = Begin(LogLevelName.Warn, "LOG_LINES_DROPPED"u8);
        line.Text("destination"u8, dropped.Destination.Name);
        line.Number("dropped"u8, count);
        if (dropped.Reason.Length > 0)
        {
            line.Text("reason"u8, dropped.Reason);
        }

        listener.WriteReport(line.End(), listener == dropped.Destination ? count : 0);
        line.Dispose();
    }
}
