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
    /// <exception cref="StartRefusedException">The port is taken.</exception>
    public static async Task<IAsyncDisposable?> StartAsync(
        ProxyConfig config, Readiness readiness, MetricsPage page, TimeProvider time, ILoggerFactory loggers)
    {
        if (AdminSocketSetup.Place(config.HealthCheckSocket, HealthSocket.Mode, config.Admin) is { } place)
        {
            return new HealthSocket(place, new ManagementEndpoints(readiness, page, showDetails: true).HandleAsync, readiness, time, loggers);
        }

        if (config.HealthCheckPort == 0)
        {
            return null;
        }

        var endpoints = new ManagementEndpoints(readiness, page, config.MetricsOnTcp);
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
