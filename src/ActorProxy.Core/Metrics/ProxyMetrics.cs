using System.Collections.Concurrent;

namespace ActorProxy.Core.Metrics;

/// <summary>Every number the proxy counts. Made once by the host; both planes write, the metrics endpoint and the admin socket read.</summary>
public sealed class ProxyMetrics
{
    private const string UnknownLabel = "unknown";

    private readonly ConcurrentDictionary<string, SiteCounters> _sites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Command, string Outcome), Counter> _adminCommands = new();
    private readonly Counter _connections = new();
    private readonly Counter _clientLimitRefusals = new();

    /// <summary>
    /// Counters of requests whose host is not configured or could not be read: one label, so that hostile hosts can't grow memory.
    /// </summary>
    public SiteCounters UnknownHost { get; } = new(UnknownLabel);

    /// <summary>The counters of each site that was ever configured.</summary>
    public IReadOnlyCollection<SiteCounters> Sites => (IReadOnlyCollection<SiteCounters>)_sites.Values;

    /// <summary>Client connections that are open, over all listeners.</summary>
    public long Connections => _connections.Value;

    /// <summary>Connections closed before the handshake, since their client held <c>max_connections_per_client</c> already.</summary>
    public long ClientLimitRefusals => _clientLimitRefusals.Value;

    /// <summary>Requests, of any host, whose response has not ended.</summary>
    public long RequestsInFlight => UnknownHost.InFlight + _sites.Values.Sum(site => site.InFlight);

    /// <summary>Requests answered with 429.</summary>
    public Counter RateLimited { get; } = new();

    /// <summary>Log lines that no destination, or not every one, has taken.</summary>
    public Counter LogLinesDropped { get; } = new();

    /// <summary>Connections to the admin socket that are open.</summary>
    public Counter AdminConnections { get; } = new();

    /// <summary>The admin commands so far, by command and outcome.</summary>
    internal IEnumerable<KeyValuePair<(string Command, string Outcome), Counter>> AdminCommands => _adminCommands;

    /// <summary>A site's counters, made at its first appearance and kept over reloads.</summary>
    /// <param name="host">A configured host.</param>
    public SiteCounters Site(string host) =>
        host == UnknownLabel ? UnknownHost : _sites.GetOrAdd(host, static name => new SiteCounters(name));

    /// <summary>A client connection was given its slot.</summary>
    public void ConnectionOpened() => _connections.Increment();

    /// <summary>Its descriptor is closed. Exactly one call for each <see cref="ConnectionOpened"/>.</summary>
    public void ConnectionClosed() => _connections.Decrement();

    /// <summary>A client held its share of connections already.</summary>
    public void ClientLimitRefused() => _clientLimitRefusals.Increment();

    /// <summary>An admin command was answered.</summary>
    /// <param name="command">Its name; <c>unknown</c> for whatever is none, since it becomes a label.</param>
    /// <param name="outcome"><c>ok</c>, or one word of a fixed set.</param>
    public void AdminCommand(string command, string outcome) =>
        _adminCommands.GetOrAdd((command, outcome), static _ => new Counter()).Increment();
}
