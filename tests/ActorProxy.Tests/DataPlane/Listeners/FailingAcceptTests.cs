using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http2;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class FailingAcceptTests
{
    private readonly List<Exception> _reported = [];
    private readonly CountingLogger _log = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Out_of_descriptors_it_backs_off_says_so_once_and_recovers()
    {
        var failures = 5;
        using var transport = Transport();
        var listener = Listener(transport, (socket, cancellationToken) => Interlocked.Decrement(ref failures) >= 0
            ? throw new SocketException((int)SocketError.TooManyOpenSockets)
            : socket.AcceptAsync(cancellationToken));
        listener.Open();
        await using var client = await TestClient.ConnectAsync(((IPEndPoint)listener.EndPoint).Port, Cancelled);

        await using var connection = await listener.AcceptAsync(Cancelled);

        Assert.NotNull(connection);
        Assert.Equal(1, _log.Lines);
        Assert.Empty(_reported);
        await listener.DisposeAsync();
        connection.Abort();
    }

    [Fact]
    public async Task With_the_last_descriptors_left_a_connection_waits_until_there_are_more()
    {
        var shortages = 3;
        using var transport = Transport();
        var listener = Listener(transport, static (socket, cancellationToken) => socket.AcceptAsync(cancellationToken), _ => Interlocked.Decrement(ref shortages) >= 0);
        listener.Open();
        await using var client = await TestClient.ConnectAsync(((IPEndPoint)listener.EndPoint).Port, Cancelled);

        await using var connection = await listener.AcceptAsync(Cancelled);

        Assert.NotNull(connection);
        Assert.True(shortages < 0);
        Assert.Equal(1, _log.Lines);
        await listener.DisposeAsync();
        connection.Abort();
    }

    [Fact]
    public async Task A_broken_socket_is_reported_and_never_thrown()
    {
        using var transport = Transport();
        var listener = Listener(transport, (_, _) => throw new SocketException((int)SocketError.NotSocket));
        listener.Open();

        Assert.Null(await listener.AcceptAsync(Cancelled));

        Assert.IsType<SocketException>(Assert.Single(_reported));
        Assert.True(listener.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_failed_listener_is_told_its_connections_live_on_and_it_can_be_bound_again()
    {
        var broken = false;
        using var transport = Transport();
        var live = TestRoutes.Live(ServedDataPlane.Config(ServedDataPlane.Listener(0, Port)));
        var settings = Settings(transport, (socket, cancellationToken) => Volatile.Read(ref broken)
            ? throw new SocketException((int)SocketError.NotSocket)
            : socket.AcceptAsync(cancellationToken));
        await using var idle = new IdleConnections(live, TimeProvider.System);
        var servers = new EndpointServers(new EndpointParts
        {
            Live = live,
            Accept = settings,
            Idle = idle,
            Pipeline = new ConnectionPipeline(live, next => next, new Http2Guard(TimeProvider.System, _log), _log),
            Application = new RequestApplication(Answer),
            LoggerFactory = NullLoggerFactory.Instance,
        });
        var observer = new Observer();
        servers.Observer = observer;
        await OpenAsync(servers);
        await using var before = await TestClient.ConnectAsync(Port, Cancelled);
        await before.GetAsync(Cancelled);
        await before.ReadAnswerAsync(Cancelled);

        Volatile.Write(ref broken, true);
        // Wakes the accept loop up: it takes this one, and fails at the next.
        await using var last = await TestClient.ConnectAsync(Port, Cancelled);
        Assert.Equal(Address, await observer.Failed.Task.WaitAsync(Cancelled));
        Assert.Empty(servers.Bound);
        Volatile.Write(ref broken, false);
        await OpenAsync(servers);

        await before.GetAsync(Cancelled);
        Assert.StartsWith("HTTP/1.1 200", await before.ReadAnswerAsync(Cancelled), StringComparison.Ordinal);
        await using var after = await TestClient.ConnectAsync(Port, Cancelled);
        await after.GetAsync(Cancelled);
        Assert.StartsWith("HTTP/1.1 200", await after.ReadAnswerAsync(Cancelled), StringComparison.Ordinal);
        await servers.CloseAllAsync(TimeSpan.Zero, Cancelled);
    }

    private static int Port { get; } = ActorProxy.TestKit.FreePorts.Take(1)[0];

    private static ListenAddress Address => new(IPAddress.Loopback, Port);

    private static async Task OpenAsync(EndpointServers servers)
    {
        Assert.IsType<BindResult.Bound>(await servers.BindAsync(Address, []));
        servers.Open(Address);
    }

    private static Task Answer(HttpContext context)
    {
        context.Response.ContentLength = 2;
        return context.Response.WriteAsync("ok");
    }

    private static SocketConnectionContextFactory Transport() => new(ServerOptions.Transport(), NullLogger.Instance);

    private GatedListener Listener(
        SocketConnectionContextFactory transport, Func<Socket, CancellationToken, ValueTask<Socket>> accept, Func<Socket, bool>? isShort = null)
    {
        var address = new ListenAddress(IPAddress.Loopback, 0);
        var settings = Settings(transport, accept, isShort);
        return new GatedListener(
            ListeningSockets.Listen(address, []), address, settings, new ListenerConnections(settings.Limits), _reported.Add);
    }

    private AcceptSettings Settings(
        SocketConnectionContextFactory transport, Func<Socket, CancellationToken, ValueTask<Socket>> accept, Func<Socket, bool>? isShort = null) =>
        new()
        {
            Limits = new ConnectionLimits(ServedDataPlane.Config(), new ProxyMetrics()),
            Transport = transport,
            Time = TimeProvider.System,
            Logger = _log,
            Failures = new AcceptFailures(TimeProvider.System),
            Accept = accept,
            IsShort = isShort ?? (static _ => false),
        };

    private sealed class Observer : IListenerObserver
    {
        public TaskCompletionSource<ListenAddress> Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void ListenerFailed(ListenAddress address, Exception cause) => Failed.TrySetResult(address);
    }

    private sealed class CountingLogger : ILogger
    {
        private int _lines;

        public int Lines => Volatile.Read(ref _lines);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Increment(ref _lines);
    }
}
