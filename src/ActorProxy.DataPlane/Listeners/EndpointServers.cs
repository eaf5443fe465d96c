using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>The listening sockets by address, with one server each.</summary>
internal sealed class EndpointServers(EndpointParts parts) : IListeners
{
    // For handshakes of TCP that are half done when a listener goes: a round trip to anywhere.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private static readonly Task<BindResult> AlreadyBound = Task.FromResult<BindResult>(new BindResult.Bound());

    private readonly Lock _lock = new();
    private readonly Dictionary<ListenAddress, EndpointServer> _servers = [];

    // Without a socket, but with connections that have not ended.
    private readonly HashSet<EndpointServer> _ending = [];

    public IListenerObserver? Observer { get; set; }

    public IReadOnlyCollection<ListenAddress> Bound
    {
        get
        {
            lock (_lock)
            {
                return [.. _servers.Keys];
            }
        }
    }

    public Task<BindResult> BindAsync(ListenAddress address, IReadOnlyCollection<ListenAddress> replaced)
    {
        EndpointServer server;
        lock (_lock)
        {
            if (_servers.ContainsKey(address))
            {
                return AlreadyBound;
            }

            foreach (var ending in _ending.Where(ending => ending.Address.Overlaps(address)))
            {
                ending.CloseSocket();
            }

            try
            {
                var socket = ListeningSockets.Listen(address, [.. Overlapped(address, replaced).Select(other => other.Socket)]);
                server = new EndpointServer(address, socket, parts, OnFailed);
                _servers[address] = server;
            }
            catch (SocketException refused)
            {
                return Task.FromResult<BindResult>(new BindResult.Refused($"cannot listen on {address}: {ReasonOf(refused)}"));
            }
        }

        return StartAsync(server);
    }

    public void Open(ListenAddress address) => Find(address)?.Open();

    public Task CloseAsync(ListenAddress address, TimeSpan drain)
    {
        EndpointServer? server;
        lock (_lock)
        {
            if (!_servers.Remove(address, out server))
            {
                return Task.CompletedTask;
            }

            server.StopAccepting(Linger, HandBack);
            _ending.Add(server);
        }

        return EndAsync(server, drain, CancellationToken.None);
    }

    /// <summary>Closes every listener: first all sockets, then all wait for what is in flight, also on those that were ending already.</summary>
    /// <param name="drain">How long requests in flight may go on.</param>
    /// <param name="cancellationToken">Cuts them at once.</param>
    public Task CloseAllAsync(TimeSpan drain, CancellationToken cancellationToken)
    {
        EndpointServer[] ending;
        lock (_lock)
        {
            foreach (var server in _servers.Values)
            {
                server.StopAccepting(TimeSpan.Zero, HandBack);
                _ending.Add(server);
            }

            _servers.Clear();
            ending = [.. _ending];
        }

        return Task.WhenAll(ending.Select(server => EndAsync(server, drain, cancellationToken)));
    }

    /// <summary>Takes what a reload may change. Before the new table is live.</summary>
    public void Apply(ProxyConfig config)
    {
        EndpointServer[] servers;
        lock (_lock)
        {
            servers = [.. _servers.Values];
        }

        Array.ForEach(servers, server => server.Apply(config));
    }

    private async Task EndAsync(EndpointServer server, TimeSpan drain, CancellationToken cancellationToken)
    {
        await server.DrainAsync(drain, cancellationToken);
        Forget(server);
    }

    private async Task<BindResult> StartAsync(EndpointServer server)
    {
        await server.StartAsync();
        return new BindResult.Bound();
    }

    // A prepared listener may have caught connections that the one it should have replaced would have got.
    private bool HandBack(Socket accepted)
    {
        var local = (IPEndPoint)accepted.LocalEndPoint!;
        var address = local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address;
        var reached = new ListenAddress(address, local.Port);
        if (_servers.Values.FirstOrDefault(server => server.Address.Overlaps(reached)) is not { } server)
        {
            return false;
        }

        server.Adopt(accepted);
        return true;
    }

    private IEnumerable<EndpointServer> Overlapped(ListenAddress address, IReadOnlyCollection<ListenAddress> replaced) =>
        _servers.Values.Where(server => server.Address.Overlaps(address) && replaced.Contains(server.Address));

    private EndpointServer? Find(ListenAddress address)
    {
        lock (_lock)
        {
            return _servers.GetValueOrDefault(address);
        }
    }

    private void Forget(EndpointServer server)
    {
        lock (_lock)
        {
            _ending.Remove(server);
        }
    }

    // From the accept loop. Connections live on; only the address is free again.
    private void OnFailed(EndpointServer server, Exception cause)
    {
        lock (_lock)
        {
            if (_servers.GetValueOrDefault(server.Address) != server)
            {
                return;
            }

            _servers.Remove(server.Address);
            _ending.Add(server);
        }

        Log.ListenerFailed(parts.Accept.Logger, server.Address.ToString(), cause);
        _ = FinishAsync(server);
        Observer?.ListenerFailed(server.Address, cause);
    }

    private async Task FinishAsync(EndpointServer server)
    {
        // Off the accept loop, whose end is part of what is waited for.
        await Task.Yield();
        await server.FinishAsync();
        Forget(server);
    }

    private static string ReasonOf(SocketException refused)
    {
        var reason = Marshal.GetPInvokeErrorMessage(refused.NativeErrorCode);
        return char.ToLowerInvariant(reason[0]) + reason[1..];
    }
}
