using System.Net.Sockets;
using ActorProxy.Core.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>One listening socket with the server behind it, from bind to the end of its last connection.</summary>
internal sealed class EndpointServer
{
    private readonly ListenerConnections _connections;
    private readonly GatedListener _listener;
    private readonly KestrelServer _server;
    private readonly KestrelServerOptions _options;
    private readonly EndpointParts _parts;
    private readonly CancellationTokenSource _cut;
    private readonly Lazy<Task> _finished;
    private EndpointRoute? _lastRoute;

    /// <param name="address">Where it listens.</param>
    /// <param name="socket">Bound and listening; owned from here on.</param>
    /// <param name="parts">What all servers share.</param>
    /// <param name="failed">Told when the socket becomes unusable.</param>
    public EndpointServer(ListenAddress address, Socket socket, EndpointParts parts, Action<EndpointServer, Exception> failed)
    {
        Address = address;
        _parts = parts;
        _cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, parts.Accept.Time);
        _finished = new Lazy<Task>(FinishOnceAsync);
        _connections = new ListenerConnections(parts.Accept.Limits);
        _listener = new GatedListener(socket, address, parts.Accept, _connections, cause => failed(this, cause));
        _options = ServerOptions.Create(parts.Live.Current.Config);
        _options.Listen(_listener.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.Use(http => parts.Pipeline.Before(http, RouteIn));
        });
        _server = new KestrelServer(Options.Create(_options), new ListenerFactory(_listener), parts.LoggerFactory);
    }

    public ListenAddress Address { get; }

    /// <summary>The listening socket, for options that are set late.</summary>
    public Socket Socket => _listener.Socket;

    /// <summary>Starts the server; the gate stays closed.</summary>
    public async Task StartAsync()
    {
        _parts.Idle.Watch(_connections);
        await _server.StartAsync(_parts.Application, CancellationToken.None);
    }

    /// <summary>Lets connections in.</summary>
    public void Open() => _listener.Open();

    /// <summary>Serves a connection that another socket of ours accepted.</summary>
    public void Adopt(Socket accepted) => _listener.Adopt(accepted);

    /// <summary>Takes what a reload may change, and remembers what this address was before it.</summary>
    public void Apply(ProxyConfig config)
    {
        RouteIn(_parts.Live.Current);
        ServerOptions.Apply(_options, config);
    }

    /// <summary>Stops accepting new connections, at once; those that the kernel has connected are served.</summary>
    /// <param name="linger">How long half-open connections may take to become such.</param>
    /// <param name="heir">Takes connections that wait at a gate that was never opened.</param>
    public void StopAccepting(TimeSpan linger, Func<Socket, bool> heir)
    {
        if (_listener.IsOpen)
        {
            _listener.Retire(linger);
        }
        else
        {
            _listener.Close(heir);
        }
    }

    /// <summary>Frees the address for another socket.</summary>
    public void CloseSocket() => _listener.Close();

    /// <summary>Lets what is in flight end, and cuts the rest when the time is over. Called when it no longer accepts.</summary>
    /// <param name="time">How long; a later call sets it anew.</param>
    /// <param name="cancellationToken">Cuts at once.</param>
    public async Task DrainAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        _connections.Drain();
        _cut.CancelAfter(time);
        await using var registration = cancellationToken.UnsafeRegister(static cut => ((CancellationTokenSource)cut!).Cancel(), _cut);
        await FinishAsync();
    }

    /// <summary>Waits for the connections without asking them to end, then lets go of everything. Called when it no longer accepts.</summary>
    public Task FinishAsync() => _finished.Value;

    private async Task FinishOnceAsync()
    {
        try
        {
            await _listener.Ended.WaitAsync(_cut.Token);
            await _connections.WhenEmptyAsync(_cut.Token);
        }
        catch (OperationCanceledException)
        {
            if (_connections.Open.Count() is > 0 and var count)
            {
                Log.ConnectionsCut(_parts.Accept.Logger, Address.ToString(), count);
            }
        }

        // Kestrel's clocks stop with the server: it lives as long as its connections. Whatever is left now is cut.
        _listener.Abandon();
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
        _parts.Idle.Forget(_connections);
    }

    // A table without this address: the listener was removed, and those who connected before are served as then.
    private EndpointRoute? RouteIn(RoutingTable routing)
    {
        if (routing.FindEndpoint(Address) is { } route)
        {
            Volatile.Write(ref _lastRoute, route);
        }

        return Volatile.Read(ref _lastRoute);
    }
}
