using System.Net;
using ActorProxy.Core.Clients;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>How many connections each client holds: one IPv4 address, or one IPv6 /64. Loopback is not counted.</summary>
/// <param name="limit"><c>max_connections_per_client</c>; 0 for no limit.</param>
internal sealed class ClientLimit(int limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, int> _held = [];
    private int _limit = limit;

    /// <summary>Counts a connection, unless its client holds all it may. Each success needs its <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress client)
    {
        if (IPAddress.IsLoopback(client))
        {
            return true;
        }

        var key = ClientPrefix.Of(client);
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(key);
            if (_limit > 0 && held >= _limit)
            {
                return false;
            }

            // Counted without a limit too: a reload may set one.
            _held[key] = held + 1;
            return true;
        }
    }

    /// <summary>A connection has ended.</summary>
    public void Leave(IPAddress client)
    {
        if (IPAddress.IsLoopback(client))
        {
            return;
        }

        var key = ClientPrefix.Of(client);
        lock (_lock)
        {
            if (--_held[key] == 0)
            {
                _held.Remove(key);
            }
        }
    }

    /// <summary>Changes the limit. Connections that are open stay.</summary>
    public void Resize(int limit)
    {
        lock (_lock)
        {
            _limit = limit;
        }
    }
}
