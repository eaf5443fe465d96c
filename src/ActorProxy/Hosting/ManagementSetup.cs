using ActorProxy.CommandLine;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.Management;
using Microsoft.Extensions.Logging;

namespace ActorProxy.Hosting;

/// <summary>Where the health endpoints are served: a loopback port, a guarded Unix socket, or nowhere.</summary>
internal static class ManagementSetup
{
    /// <summary>Reads the key of the HTTP admin API; <c>null</c> when it is disabled.</summary>
    /// <exception cref="StartRefusedException">The file can't be used.</exception>
    public static AdminKey? LoadKey(ProxyConfig config)
    {
        try
        {
            return config.AdminKeyPath.Length == 0 ? null : AdminKey.Load(config.AdminKeyPath);
        }
        catch (IOException unusable)
        {
            throw new StartRefusedException(ExitCodes.Config, $"admin_key_path: {config.AdminKeyPath}: {unusable.Message}");
        }
    }

    /// <exception cref="StartRefusedException">The port is taken.</exception>
    public static async Task<IAsyncDisposable?> StartAsync(
        ProxyConfig config, Readiness readiness, MetricsPage page, AdminApi? admin, TimeProvider time, ILoggerFactory loggers)
    {
        if (AdminSocketSetup.Place(config.HealthCheckSocket, HealthSocket.Mode, config.Admin) is { } place)
        {
            return new HealthSocket(place, new ManagementEndpoints(readiness, page, showDetails: true, admin).HandleAsync, readiness, time, loggers);
        }

        if (config.HealthCheckPort == 0)
        {
            return null;
        }

        var endpoints = new ManagementEndpoints(readiness, page, config.MetricsOnTcp, admin);
        switch (LoopbackPort.Bind(config.HealthCheckPort))
        {
            case LoopbackPortResult.Bound bound:
                var server = new ManagementServer(bound.Socket, endpoints.HandleAsync, time, loggers);
                await server.StartAsync(CancellationToken.None);
                return server;
            case LoopbackPortResult.Refused refused:
                throw new StartRefusedException(ExitCodes.Failure, refused.Reason);
            default:
                throw new InvalidOperationException("No other result exists.");
        }
    }
}
