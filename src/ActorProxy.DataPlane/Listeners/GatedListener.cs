using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// Kestrel's view of one listening socket: nothing is accepted before the gate opens, and no connection is handed on without its
/// slot. Never throws: Kestrel would log it once and accept no more for good.
/// </summary>
internal sealed class GatedListener : IConnectionListener
{
    private readonly Socket _socket;
    private readonly ListenAddress _address;
    private readonly AcceptSettings _settings;
    private readonly ListenerConnections _connections;
    private readonly Action<Exception> _failed;
    private readonly AcceptBackoff _backoff = new();
    private readonly ConcurrentQueue<PendingSocket> _handedOver = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandoned = new();
    private CancellationTokenSource _wake = new();
    private CancellationTokenSource? _linger;
    private int _closing;
    private volatile bool _isClosed;

    /// <param name="socket">Bound and listening; closed by <see cref="Close"/>.</param>
    /// <param name="address">As configured.</param>
    /// <param name="settings">What all listeners share.</param>
    /// <param name="connections">Where connections are counted.</param>
    /// <param name="failed">Called when the socket is unusable; <see cref="Close"/> has run by then.</param>
    public GatedListener(
        Socket socket, ListenAddress address, AcceptSettings settings, ListenerConnections connections, Action<Exception> failed)
    {
        _socket = socket;
        _address = address;
        _settings = settings;
        _connections = connections;
        _failed = failed;
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <summary>The listening socket, for options that are set late.</summary>
    public Socket Socket => _socket;

    /// <summary>Whether connections are served.</summary>
    public bool IsOpen => _gate.Task.IsCompleted;

    /// <summary>Completes when no more connections will come out of this listener.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Lets connections in.</summary>
    public void Open() => _gate.TrySetResult();

    /// <summary>Serves a connection that another socket of ours accepted.</summary>
    public void Adopt(Socket accepted)
    {
        _handedOver.Enqueue(new PendingSocket(accepted, HasSlot: false));
        Wake();
    }

    /// <summary>
    /// Stops accepting new connections, at once. What the kernel has connected already, or is about to, is still served: the socket
    /// lingers for it where no packet reaches it any more.
    /// </summary>
    /// <param name="linger">How long half-open connections may take.</param>
    public void Retire(TimeSpan linger)
    {
        if (!IsOpen || !ListeningSockets.TryHide(_socket))
        {
            Close();
            return;
        }

        _linger = new CancellationTokenSource(linger, _settings.Time);
        _linger.Token.UnsafeRegister(static listener => ((GatedListener)listener!).Wake(), this);
    }

    /// <summary>
    /// Closes the socket, at once. What waits in its queue is accepted first, as far as there are slots: closing would reset it.
    /// </summary>
    /// <param name="heir">Takes those that wait at a gate that was never opened; returns whether it took one.</param>
    public void Close(Func<Socket, bool>? heir = null)
    {
        if (Interlocked.Exchange(ref _closing, 1) == 1)
        {
            return;
        }

        ListeningSockets.TryHide(_socket);
        if (IsOpen)
        {
            TakeQueued();
        }
        else if (heir is not null)
        {
            HandOn(heir);
        }

        // After the queue was filled: the accept loop ends when it finds it empty.
        _isClosed = true;
        _gate.TrySetResult();
        Wake();
        _socket.Dispose();
    }

    /// <summary>Gives up on connections that still wait for their slot.</summary>
    public void Abandon()
    {
        _abandoned.Cancel();
        while (_handedOver.TryDequeue(out var pending))
        {
            LetGo(pending);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Kestrel must never see one.")]
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _gate.Task;
            while (await NextAsync() is { } pending)
            {
                if (await AdmitAsync(pending) is { } connection)
                {
                    return connection;
                }
            }
        }
        catch (Exception cause)
        {
            Close();
            _failed(cause);
        }

        _ended.TrySetResult();
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        Close();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        Abandon();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<PendingSocket?> NextAsync()
    {
        while (true)
        {
            // All before the queue is looked at: what comes in between is not lost then.
            var wake = Volatile.Read(ref _wake).Token;
            var isClosed = _isClosed;
            if (_handedOver.TryDequeue(out var pending))
            {
                return pending;
            }

            if (isClosed)
            {
                return null;
            }

            if (_linger is { IsCancellationRequested: true })
            {
                if (TryAcceptQueued(out var late))
                {
                    return new PendingSocket(late, HasSlot: false);
                }

                Close();
            }
            else if (await WaitForOneAsync(wake) is { } accepted)
            {
                return accepted;
            }
        }
    }

    // Nothing when it was woken, or when it failed and has waited.
    private async ValueTask<PendingSocket?> WaitForOneAsync(CancellationToken wake)
    {
        try
        {
            var socket = await _settings.Accept(_socket, wake);
            while (!wake.IsCancellationRequested && _settings.IsShort(socket))
            {
                await BackOffAsync(SocketError.TooManyOpenSockets, wake);
            }

            _backoff.Succeeded();
            return new PendingSocket(socket, HasSlot: false);
        }
        catch (OperationCanceledException) when (wake.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception closed) when (_isClosed && closed is SocketException or ObjectDisposedException)
        {
            return null;
        }
        catch (SocketException failure) when (AcceptBackoff.IsPassing(failure))
        {
            await BackOffAsync(failure.SocketErrorCode, wake);
            return null;
        }
    }

    private async Task BackOffAsync(SocketError failure, CancellationToken wake)
    {
        var delay = _backoff.Failed();
        if (_settings.Failures.Count() is > 0 and var count)
        {
            Log.AcceptFailed(_settings.Logger, _address.ToString(), failure.ToString(), count);
        }

        await Task.Delay(delay, _settings.Time, wake).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask<AcceptedConnection?> AdmitAsync(PendingSocket pending)
    {
        if (PeerOf(pending.Socket) is not { } client || !_settings.Limits.TryEnter(client))
        {
            LetGo(pending);
            return null;
        }

        try
        {
            if (!pending.HasSlot)
            {
                await _settings.Limits.Slots.TakeAsync(_abandoned.Token);
            }
        }
        catch (OperationCanceledException)
        {
            LetGo(pending);
            _settings.Limits.Leave(client);
            return null;
        }

        return Connect(pending.Socket, client);
    }

    private void LetGo(PendingSocket pending)
    {
        pending.Socket.Dispose();
        if (pending.HasSlot)
        {
            _settings.Limits.Slots.Release();
        }
    }

    private AcceptedConnection Connect(Socket socket, IPAddress client)
    {
        var connection = new AcceptedConnection(
            _settings.Transport.Create(socket), socket, new ClientConnection(_address, client, _settings.Time), _connections, _settings.Time);
        _connections.Add(connection);
        return connection;
    }

    private void Wake() => Interlocked.Exchange(ref _wake, new CancellationTokenSource()).Cancel();

    private void TakeQueued()
    {
        while (_settings.Limits.Slots.TryTake())
        {
            if (!TryAcceptQueued(out var queued))
            {
                _settings.Limits.Slots.Release();
                return;
            }

            _handedOver.Enqueue(new PendingSocket(queued, HasSlot: true));
        }
    }

    private void HandOn(Func<Socket, bool> heir)
    {
        while (TryAcceptQueued(out var queued))
        {
            if (!heir(queued))
            {
                queued.Dispose();
            }
        }
    }

    private bool TryAcceptQueued([NotNullWhen(true)] out Socket? queued)
    {
        try
        {
            queued = _socket.Accept();
            return true;
        }
        catch (Exception none) when (none is SocketException or ObjectDisposedException)
        {
            // The queue is empty (the socket does not block), the socket closed, or no descriptor left: there is no more to have.
            queued = null;
            return false;
        }
    }

    // Nothing when it was reset before it was accepted.
    private static IPAddress? PeerOf(Socket socket)
    {
        try
        {
            var address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
            return address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private readonly record struct PendingSocket(Socket Socket, bool HasSlot);
}
