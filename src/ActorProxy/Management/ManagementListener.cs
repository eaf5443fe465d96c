using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Linux;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ActorProxy.Management;

/// <summary>Gives Kestrel the connections of a socket that listens already, each when there is room for it.</summary>
internal sealed class ManagementListener : IConnectionListener, IConnectionListenerFactory
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConnectionPool _pool;
    private readonly SocketConnectionContextFactory _connections;
    private readonly CancellationTokenSource _closing = new();
    private long? _reportedAt;
    private int _failures;

    public ManagementListener(Socket socket, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        _time = time;
        _logger = logger;
        _pool = new ConnectionPool(time);
        _connections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    // Never throws: Kestrel would accept no more for good.
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_closing.IsCancellationRequested)
        {
            if (await TryAcceptAsync() is { } connection)
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _closing.Cancel();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _connections.Dispose();
        return ValueTask.CompletedTask;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The connection owns its socket.")]
    private async Task<ConnectionContext?> TryAcceptAsync()
    {
        Socket? accepted = null;
        try
        {
            accepted = await _socket.AcceptAsync(_closing.Token);
            while (DescriptorReserve.Holds(accepted.SafeHandle, DescriptorReserve.FromRequests)
                && DescriptorReserve.IsNext(accepted.SafeHandle, DescriptorReserve.FromRequests))
            {
                Report(new SocketException((int)SocketError.TooManyOpenSockets));
                await Task.Delay(RetryDelay, _time, _closing.Token);
            }

            await _pool.WaitForRoomAsync(_closing.Token);
            var connection = _connections.Create(accepted);
            _pool.Hold(connection);
            return connection;
        }
        catch (Exception exception) when (_closing.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            accepted?.Dispose();
            return null;
        }
        catch (SocketException exception)
        {
            // Out of descriptors, or a client that was gone before it was accepted.
            accepted?.Dispose();
            Report(exception);
            await Task.Delay(RetryDelay, _time, CancellationToken.None);
            return null;
        }
    }

    private void Report(SocketException exception)
    {
        _failures++;
        if (_reportedAt is { } at && _time.GetElapsedTime(at) < BetweenReports)
        {
            return;
        }

        _reportedAt = _time.GetTimestamp();
        _logger.AcceptFailed(EndPoint.ToString() ?? "", exception.Message, _failures);
        _failures = 0;
    }
}
