using System.Diagnostics;
using ActorProxy.CommandLine;
using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.AdminSocket;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane;
using ActorProxy.Logging;
using ActorProxy.Management;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorProxy.Hosting;

/// <summary>The whole proxy: builds its parts in the order in which they start, and stops them. The only file that knows every part.</summary>
internal sealed class ProxyHost
{
    private readonly HostOptions _options;
    private readonly TimeProvider _time;
    private readonly LoggingSetup _log;
    private readonly ILogger _logger;
    private readonly ProxyMetrics _metrics = new();
    private readonly Readiness _readiness = new();
    private readonly ProcessUsage _usage = new();
    private readonly ProcessEnd _end = new();
    private readonly SystemdNotifier _systemd = new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
    private readonly long _began = Stopwatch.GetTimestamp();

    private ProxyHost(HostOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _log = new LoggingSetup(time, _metrics);
        _logger = _log.Factory.CreateLogger("ActorProxy.Host");
    }

    /// <summary>Runs until it is stopped.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(HostOptions options, TimeProvider time)
    {
        var host = new ProxyHost(options, time);
        using var log = host._log;
        using var signals = new ProcessSignals(host._end, host.StopNow);
        var exitCode = await host.RunAsync(signals);
        log.Flush(GracefulStop.FlushTimeout);
        return exitCode;
    }

    private async Task<int> RunAsync(ProcessSignals signals)
    {
        try
        {
            var token = AdminSocketSetup.TakeToken();
            // Beside the loading, on the other core. A start that is refused leaves it behind: all of its threads end with the process.
            var hocon = Task.Run(Hocon.Load);
            var system = ActorSystemSetup.StartAsync(hocon, _log.Factory);
            var loaded = await LoadAsync();
            if (_log.Configure(loaded.Snapshot.Config.Logging) is { } refusal)
            {
                throw new StartRefusedException(ExitCodes.Config, $"logging.log_file_path: {refusal}");
            }

            return await ServeAsync(loaded, token, await hocon, system, signals);
        }
        catch (StartRefusedException refused)
        {
            // What was written before stands above the reason.
            _log.Flush(GracefulStop.FlushTimeout);
            foreach (var line in refused.Lines)
            {
                await Console.Error.WriteLineAsync($"actor-proxy: {line}");
            }

            return refused.ExitCode;
        }
    }

    private async Task<int> ServeAsync(LoadResult.Valid loaded, AdminToken? token, Config hocon, Task<IHost> system, ProcessSignals signals)
    {
        await using var dataPlane = KestrelDataPlane.Create(loaded.Snapshot, _metrics, _log.AccessLog, _log.Factory, _time);
        _readiness.Publish("config", Readiness.Ok);
        _readiness.Publish("listeners", Readiness.Starting);
        var store = new SnapshotStore(loaded, Stopwatch.GetElapsedTime(_began), _time);
        var parts = Parts(ActorSettings.From(hocon), store, dataPlane);
        var page = new MetricsPage(
            new TrafficMetrics(_metrics),
            new ControlPlaneMetrics(store, parts.Ledger, () => parts.Drift.Items),
            new ProcessMetrics(_usage));
        var published = new PublishedState(store, parts.Drift, parts.Ledger, dataPlane, _metrics, page, _time);
        using var admin = AdminSocketSetup.Build(store.Running, place => AdminParts(place, token, parts, published));
        if (admin is not null)
        {
            _readiness.Publish("admin_socket", Readiness.Starting);
        }

        var key = ManagementSetup.LoadKey(store.Running);
        var api = key is null ? null : new AdminApi(key, published, new ControlPlaneGateway(parts.Startup), _metrics, _logger, _time);
        await using var management = await ManagementSetup.StartAsync(store.Running, _readiness, page, api, _time, _log.Factory);
        await using var keyDrift = key is null ? null : new AdminKeyDrift(key, parts.Drift, _time);
        parts = parts with { AdminSocket = admin is null ? null : admin.ActorProps };
        // Let go of by the clean stop alone: after a failure an actor may hang, and would hold up the end, and write below the last line.
        var actors = await system;
        ActorSystemSetup.StartActors(actors, parts);
        var stop = new GracefulStop(_readiness, _systemd, dataPlane, actors, loaded.Snapshot.Config);
        if (await StartedAsync(parts.Startup) is { } refs)
        {
            Announce(loaded, refs, signals);
        }

        var reason = await _end.Asked;
        if (!reason.IsFailure)
        {
            _logger.Stopping(reason.Text);
            await stop.RunAsync(atOnce: false);
            actors.Dispose();
            _logger.Stopped(ExitCodes.Ok);
            return ExitCodes.Ok;
        }

        // The last line says who gave up, and why.
        await stop.RunAsync(atOnce: true);
        _logger.GaveUp(reason.Text);
        return ExitCodes.Failure;
    }

    private async Task<LoadResult.Valid> LoadAsync()
    {
        var path = _options.ConfigPath;
        switch (await new SnapshotLoader(path, _options.AllowWildcardBind, _time).LoadAsync(current: null, running: null, CancellationToken.None))
        {
            case LoadResult.Valid valid:
                foreach (var warning in valid.Warnings)
                {
                    _logger.ConfigWarning(warning.Line, warning.Column, warning.Message);
                }

                return valid;
            case LoadResult.Invalid invalid:
                throw new StartRefusedException(ExitCodes.Config, [.. invalid.Problems.Select(problem => ValidateCommand.Line(path, problem, ""))]);
            case LoadResult.Unreadable unreadable:
                throw new StartRefusedException(ExitCodes.Config, ValidateCommand.Line(path, new Problem(0, 0, unreadable.Reason), ""));
            default:
                throw new StartRefusedException(ExitCodes.Config, $"{path}: config file changed during read, please retry");
        }
    }

    private ControlPlaneParts Parts(ActorSettings settings, SnapshotStore store, KestrelDataPlane dataPlane) => new()
    {
        Settings = settings,
        Store = store,
        Load = new SnapshotLoader(_options.ConfigPath, _options.AllowWildcardBind, _time).LoadAsync,
        DataPlane = dataPlane,
        Startup = new StartupGate(),
        Ledger = new RestartLedger(_time),
        Drift = new Drift(store, _options.ConfigPath),
        Readiness = _readiness,
        LogLevels = new LogLevels(store.Current.Config.Logging.Level, level => _log.Level = level),
        ReopenLog = _log.Reopen,
        Reloading = begins => NotifyReload(begins),
        WatchdogPulse = _systemd.Watchdog,
        Descriptors = () => new DescriptorUse(_usage.OpenDescriptors(), (long)Math.Min(DescriptorLimit.Soft, long.MaxValue)),
        Memory = new MemoryParts(
            () => new MemoryUse(_metrics.Connections, GC.GetTotalAllocatedBytes(), _usage.ResidentBytes()), () => Task.Run(UnusedMemory.GiveBack), _time),
        End = _end.GiveUp,
        Loggers = _log.Factory,
        Time = _time,
    };

    private AdminChannelParts AdminParts(SocketPlace place, AdminToken? token, ControlPlaneParts parts, IPublishedState published) => new()
    {
        Settings = parts.Settings,
        Admin = parts.Store.Running.Admin,
        Place = place,
        Token = token,
        State = published,
        Metrics = _metrics,
        Readiness = _readiness,
        Ledger = parts.Ledger,
        RequestStop = () => _end.Stop("shutdown command"),
        Log = _log.Factory.CreateLogger("ActorProxy.AdminSocket"),
        Time = _time,
    };

    // A start that is refused, and one that is stopped before it has ended, both end here.
    private async Task<ControlPlaneRefs?> StartedAsync(StartupGate startup)
    {
        await Task.WhenAny(startup.Ended, _end.Asked);
        if (!startup.Ended.IsCompleted)
        {
            return null;
        }

        switch (await startup.Ended)
        {
            case StartResult.Started started:
                return started.Refs;
            case StartResult.Refused refused:
                throw new StartRefusedException(ExitCodes.Failure, refused.Reason);
            default:
                throw new InvalidOperationException("No other result exists.");
        }
    }

    private void Announce(LoadResult.Valid loaded, ControlPlaneRefs refs, ProcessSignals signals)
    {
        signals.OnReload(() => refs.Signals.Tell(new SignalMessages.HangUp()));
        signals.OnReopenLog(() => refs.Signals.Tell(new SignalMessages.User1()));
        var config = loaded.Snapshot.Config;
        _logger.Ready(
            BuildVersion.Text, loaded.Snapshot.Revision, config.Listeners.Length, config.Listeners.Sum(listener => listener.Sites.Length),
            (long)Stopwatch.GetElapsedTime(_began).TotalMilliseconds);
        _readiness.Started();
        _systemd.Ready();
        _options.Ready?.Invoke();
        _ = Task.Run(ProgramPages.LetGo);
    }

    private void NotifyReload(bool begins)
    {
        if (begins)
        {
            _systemd.Reloading();
        }
        else
        {
            _systemd.Ready();
        }
    }

    private void StopNow()
    {
        _logger.StoppedAtOnce("second signal");
        _log.Flush(GracefulStop.FlushTimeout);
        Environment.Exit(ExitCodes.Failure);
    }
}
