using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ActorProxy.DataPlane.Listeners.Http1;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>A connection that holds a slot, from accept until its descriptor is closed.</summary>
internal sealed class AcceptedConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly Socket _socket;
    private readonly ListenerConnections _owner;
    private readonly TimeProvider _time;
    private readonly PipeReader _encryptedInput;
    private readonly ClientPresence _presence;
    private long _phaseBegan;
    private TcpProgress _progress;
    private long? _progressSince;
    private int _phase;
    private volatile bool _isAborted;

    public AcceptedConnection(ConnectionContext inner, Socket socket, ClientConnection client, ListenerConnections owner, TimeProvider time)
    {
        _inner = inner;
        _socket = socket;
        _owner = owner;
        _time = time;
        _encryptedInput = inner.Transport.Input;
        _phaseBegan = time.GetTimestamp();
        Client = client;
        client.Transport = this;
        inner.Features.Set(client);
        _presence = new ClientPresence(this, socket);
        ConnectionClosed = _presence.Gone;
        inner.ConnectionClosed.UnsafeRegister(static state => ((ClientPresence)state!).InputEnded(), _presence);
    }

    public ClientConnection Client { get; }

    public ConnectionPhase Phase => (ConnectionPhase)Volatile.Read(ref _phase);

    /// <summary>How long it has been in its phase.</summary>
    public TimeSpan PhaseTime => _time.GetElapsedTime(Volatile.Read(ref _phaseBegan));

    /// <summary>Whether its listener is going: the request under way shall be the last.</summary>
    public bool IsDraining => _owner.IsDraining;

    /// <summary>Whether it was broken off rather than ended.</summary>
    public bool IsAborted => _isAborted;

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _inner.Transport;
        set => _inner.Transport = value;
    }

    /// <summary>Canceled when nobody can take an answer any more; not yet when the client merely has nothing more to say.</summary>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>Whether the client is still there.</summary>
    public ClientPresence Presence => _presence;

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    /// <summary>The handshake is over, or there is none: the idle clock begins.</summary>
    public void BeginServing()
    {
        Client.HandshakeEnded();
        Enter(ConnectionPhase.Serving, from: ConnectionPhase.Handshake);
    }

    /// <summary>Ends the handshake from outside: whatever waits for the client's bytes sees a cancelled read.</summary>
    public void ExpireHandshake()
    {
        if (Enter(ConnectionPhase.Ending, from: ConnectionPhase.Handshake))
        {
            _encryptedInput.CancelPendingRead();
        }
    }

    /// <summary>Asks for the end after the requests in flight: GOAWAY, or <c>Connection: close</c>. At once when there are none.</summary>
    public void RequestClose() => Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    /// <summary>Asks for the end now, since nothing is in flight. A request that comes in the same moment is still served.</summary>
    public void End()
    {
        if (!Enter(ConnectionPhase.Ending, from: ConnectionPhase.Serving))
        {
            return;
        }

        if (Features.Get<Http1GuardState>() is { } guard)
        {
            // Knows whether half a head wants a 408, and whether a request was faster.
            _ = guard.AnswerTimeoutAsync().AsTask();
        }
        else
        {
            RequestClose();
        }
    }

    /// <summary>A request was faster than the end that was asked for.</summary>
    public void Resume() => Enter(ConnectionPhase.Serving, from: ConnectionPhase.Ending);

    /// <summary>It ends now, whatever is in flight: what its farewell does not end in a short time is broken off.</summary>
    public void Condemn()
    {
        if (!Enter(ConnectionPhase.Condemned, from: ConnectionPhase.Serving))
        {
            Enter(ConnectionPhase.Condemned, from: ConnectionPhase.Ending);
        }
    }

    /// <summary>How long the peer has taken nothing of what the kernel holds for it; <c>null</c> when there is nothing to take.</summary>
    public TimeSpan? StalledTime()
    {
        var progress = TcpProgress.Of(_socket);
        if (!progress.IsPending)
        {
            return null;
        }

        if (_progressSince is not { } since || progress.BytesAcked != _progress.BytesAcked)
        {
            _progress = progress;
            _progressSince = since = _time.GetTimestamp();
        }

        return _time.GetElapsedTime(since);
    }

    /// <summary>
    /// Sends past the transport's output, which is to be empty: what is encrypted is copied no more. When the connection breaks the
    /// bytes are lost, and its end tells; nothing is thrown, as a pipe throws nothing.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            Abort(new ConnectionAbortedException("The client can't be sent to.", broken));
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _isAborted = true;
        _inner.Abort(abortReason);
        _presence.InputEnded();
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _inner.DisposeAsync();
        }
        finally
        {
            _owner.Remove(this);
        }
    }

    private bool Enter(ConnectionPhase next, ConnectionPhase from)
    {
        if (Phase != from)
        {
            return false;
        }

        // Before the phase: who sees the new one must not take it for an old one.
        Volatile.Write(ref _phaseBegan, _time.GetTimestamp());
        return Interlocked.CompareExchange(ref _phase, (int)next, (int)from) == (int)from;
    }
}
