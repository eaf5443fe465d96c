using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>Who may connect: the limits over all listeners, and the numbers that say how full they are.</summary>
internal sealed class ConnectionLimits(ProxyConfig config, ProxyMetrics metrics)
{
    private readonly ClientLimit _clients = new(config.MaxConnectionsPerClient);

    public ConnectionSlots Slots { get; } = new(config.MaxConnections);

    /// <summary>Counts a connection for its client; a refusal is counted in the metrics.</summary>
    public bool TryEnter(IPAddress client)
    {
        var entered = _clients.TryEnter(client);
        if (!entered)
        {
            metrics.ClientLimitRefused();
        }

        return entered;
    }

    /// <summary>An entered connection ended without ever getting its slot.</summary>
    public void Leave(IPAddress client) => _clients.Leave(client);

    /// <summary>An entered connection got its slot.</summary>
    public void Opened() => metrics.ConnectionOpened();

    /// <summary>Its descriptor is closed: slot and place are free.</summary>
    public void Closed(IPAddress client)
    {
        metrics.ConnectionClosed();
        _clients.Leave(client);
        Slots.Release();
    }

    /// <summary>Takes the limits of a new configuration.</summary>
    public void Apply(ProxyConfig config)
    {
        _clients.Resize(config.MaxConnectionsPerClient);
        Slots.Resize(config.MaxConnections);
    }
}
