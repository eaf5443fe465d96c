using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane;
using Microsoft.Extensions.Hosting;

namespace ActorProxy.Hosting;

/// <summary>The order of the stop, from top to bottom.</summary>
internal sealed class GracefulStop(
    Readiness readiness, SystemdNotifier systemd, KestrelDataPlane dataPlane, IHost actors, ProxyConfig config)
{
    /// <summary>How long the last lines of the log may take.</summary>
    public static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    // Coordinated shutdown has limits of its own; these are for an actor that holds its thread. After a failure it is likely one.
    private static readonly TimeSpan ActorsTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FailedActorsTimeout = TimeSpan.FromSeconds(2);

    /// <param name="atOnce">Whether requests in flight are not waited for.</param>
    public async Task RunAsync(bool atOnce)
    {
        readiness.Drain();
        systemd.Stopping();
        await dataPlane.DrainAsync(atOnce ? TimeSpan.Zero : TimeSpan.FromSeconds(config.ShutdownTimeoutSecs), CancellationToken.None);
        var timeout = atOnce ? FailedActorsTimeout : ActorsTimeout;
        using var limit = new CancellationTokenSource(timeout);
        // The actor system heeds no token: whatever it still does is cut by the end of the process.
        await actors.StopAsync(limit.Token).WaitAsync(timeout, TimeProvider.System, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
