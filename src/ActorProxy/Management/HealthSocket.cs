using ActorProxy.Core.Linux;
using ActorProxy.Core.Planes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorProxy.Management;

/// <summary>
/// The health endpoints on a Unix socket, under the rules of the admin socket: examined every second, bound again when the file is
/// gone, refused without stopping the proxy, removed at the stop.
/// </summary>
internal sealed class HealthSocket : IAsyncDisposable
{
    /// <summary>For the group too: whoever watches the proxy is seldom its user.</summary>
    public const int Mode = 0x1b0;   // 0660

    private const string Component = "health_socket";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private readonly SocketPlace _place;
    private readonly SocketFile _file;
    private readonly RequestDelegate _endpoints;
    private readonly Readiness _readiness;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;
    private ManagementServer? _server;
    private long? _refusalLogged;

    public HealthSocket(SocketPlace place, RequestDelegate endpoints, Readiness readiness, TimeProvider time, ILoggerFactory loggers)
    {
        _place = place;
        _file = new SocketFile(place);
        _endpoints = endpoints;
        _readiness = readiness;
        _time = time;
        _loggers = loggers;
        _log = loggers.CreateLogger("ActorProxy.Management");
        _watching = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _file.Dispose();
        await StopServerAsync();
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                await CheckAsync();
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            Log.HealthSocketStopped(_log, _place.Path);
        }
    }

    private async Task CheckAsync()
    {
        if (_server is not null)
        {
            switch (_file.Examine())
            {
                case SocketFileState.Lost lost:
                    Log.HealthSocketLost(_log, _place.Path, lost.Reason);
                    break;
                case SocketFileState.Repaired repaired:
                    Log.HealthSocketRepaired(_log, _place.Path, repaired.Found);
                    return;
                default:
                    return;
            }
        }

        await StopServerAsync();
        await BindAsync();
    }

    private async Task BindAsync()
    {
        switch (_file.Bind())
        {
            case SocketBinding.Bound bound:
                _server = new ManagementServer(bound.Listener.OpenSocket(), _endpoints, _time, _loggers);
                await _server.StartAsync(CancellationToken.None);
                _refusalLogged = null;
                _readiness.Publish(Component, Readiness.Ok);
                Log.HealthSocketListens(_log, _place.Path);
                break;
            case SocketBinding.Refused refused:
                _readiness.Publish(Component, "refused");
                if (_refusalLogged is not { } logged || _time.GetElapsedTime(logged) >= Reminder)
                {
                    _refusalLogged = _time.GetTimestamp();
                    Log.HealthSocketRefused(_log, _place.Path, refused.Reason);
                }

                break;
        }
    }

    private async Task StopServerAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }
}
