using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.Listeners;
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
    public async Task A_broken_socket_is_reported_and_never_thrown()
    {
        using var transport = Transport();
        var listener = Listener(transport, (_, _) => throw new SocketException((int)SocketError.NotSocket));
        listener.Open();

        Assert.Null(await listener.AcceptAsync(Cancelled));

        Assert.IsType<SocketException>(Assert.Single(_reported));
        Assert.True(listener.Ended.IsCompleted);
    }

    private static SocketConnectionContextFactory Transport() => new(ServerOptions.Transport(), NullLogger.Instance);

    private GatedListener Listener(SocketConnectionContextFactory transport, Func<Socket, CancellationToken, ValueTask<Socket>> accept)
    {
        var address = new ListenAddress(IPAddress.Loopback, 0);
        var limits = new ConnectionLimits(ServedDataPlane.Config(), new ProxyMetrics());
        var settings = new AcceptSettings
        {
            Limits = limits,
            Transport = transport,
            Time = TimeProvider.System,
            Logger = _log,
            Failures = new AcceptFailures(TimeProvider.System),
            Accept = accept,
        };
        return new GatedListener(ListeningSockets.Listen(address, []), address, settings, new ListenerConnections(limits), _reported.Add);
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
