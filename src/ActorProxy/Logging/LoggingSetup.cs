using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace ActorProxy.Logging;

/// <summary>
/// The log of the process: access lines and events, in one queue. Works with defaults (info, text, standard output) before the
/// configuration is known.
/// </summary>
internal sealed class LoggingSetup : ILogControl, IDisposable
{
    private static readonly string[] Libraries = ["Microsoft", "System", "Akka", "Yarp"];

    private readonly LogQueue _queue;
    private readonly LoggingLevelSwitch _ours = new();
    private readonly LoggingLevelSwitch _libraries = new(LogEventLevel.Warning);
    private readonly Logger _logger;

    public LoggingSetup(TimeProvider time, ProxyMetrics metrics)
        : this(time, new LogQueue(time, metrics.LogLinesDropped))
    {
    }

    internal LoggingSetup(TimeProvider time, LogQueue queue)
    {
        _queue = queue;
        AccessLog = new AccessLog(queue, time);
        var configuration = new LoggerConfiguration().MinimumLevel.ControlledBy(_ours).WriteTo.Sink(new EventSink(queue));
        foreach (var library in Libraries)
        {
            configuration.MinimumLevel.Override(library, _libraries);
        }

        // Our servers choose TLS for each connection, which Kestrel can't see: it warns of HTTP/2 without TLS at each of them.
        configuration.MinimumLevel.Override("Microsoft.AspNetCore.Server.Kestrel", LogEventLevel.Error);
        configuration.Filter.ByExcluding(IsUnreadUpload);
        _logger = configuration.CreateLogger();
        Factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddSerilog(_logger));
    }

    /// <summary>For the data plane.</summary>
    public IAccessLog AccessLog { get; }

    /// <summary>For events.</summary>
    public ILoggerFactory Factory { get; }

    /// <inheritdoc/>
    public LogLevelName Level
    {
        get => _queue.Level;
        set
        {
            _queue.Level = value;
            _ours.MinimumLevel = Serilogs(value);
            _libraries.MinimumLevel = value == LogLevelName.Error ? LogEventLevel.Error : LogEventLevel.Warning;
        }
    }

    /// <summary>Puts the configuration in force. Called once, at the start.</summary>
    /// <returns><c>null</c>, or why the log file can't be used: one sentence that says what to change.</returns>
    public string? Configure(Core.Configuration.Logging logging)
    {
        Level = logging.Level;
        _queue.Format = logging.Format;
        return logging.LogFilePath is { } path ? _queue.AddFile(path) : null;
    }

    /// <inheritdoc/>
    public void Reopen() => _queue.Reopen();

    /// <summary>Waits until everything is written, or can't be: the last thing before the process ends.</summary>
    public bool Flush(TimeSpan timeout) => _queue.Flush(timeout);

    public void Dispose()
    {
        Factory.Dispose();
        _logger.Dispose();
        _queue.Dispose();
    }

    // Any client brings it about: it sends a body that was answered before its end. Kestrel calls it an application's error.
    private static bool IsUnreadUpload(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault("EventId") is StructureValue id
        && id.Properties.Any(property => property is { Name: "Name", Value: ScalarValue { Value: "RequestBodyDrainBodyReaderInvalidState" } });

    private static LogEventLevel Serilogs(LogLevelName level) => level switch
    {
        LogLevelName.Trace => LogEventLevel.Verbose,
        LogLevelName.Debug => LogEventLevel.Debug,
        LogLevelName.Info => LogEventLevel.Information,
        LogLevelName.Warn => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
