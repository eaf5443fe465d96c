using System.Net.Sockets;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.Tls;
using Microsoft.AspNetCore.Connections.Features;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// Tells a client that only sends no more from one that has gone. Both end their input; but the first still wants the answer to what it
/// sent, as <c>nc -N</c> and <c>socat</c> do, while the request of the second is to end.
/// </summary>
internal sealed class ClientPresence(AcceptedConnection connection, Socket socket)
{
    // Whoever has closed both directions keeps that to itself; its kernel tells, to those who ask, after a minute.
    private const int ProbeSecs = 15;

    private readonly CancellationTokenSource _gone = new();
    private volatile bool _inputEnded;
    private bool _probes;

    /// <summary>Canceled when the client has gone.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Over TLS, the session.</summary>
    public TlsTransport? Tls { get; set; }

    /// <summary>The client's last byte has come, or the connection is broken.</summary>
    public void InputEnded()
    {
        _inputEnded = true;
        Look();
    }

    /// <summary>Looks again: what could not be decided, and whether a client that was there still is. Any thread.</summary>
    public void Look()
    {
        // What waits for a handshake sees the end of its input itself.
        if (!_inputEnded || _gone.IsCancellationRequested || connection.Phase == ConnectionPhase.Handshake)
        {
            return;
        }

        switch (WantsAnswer())
        {
            case true:
                Probe();
                break;
            case false:
                // Elsewhere: this may be a send that failed under a lock of the server.
                _ = _gone.CancelAsync();
                break;
        }
    }

    // Over TLS an end without close_notify is none that was meant (RFC 8446 §6.1); a tunnel's own reader sees either.
    private bool? WantsAnswer()
    {
        var mayWant = !connection.IsAborted && !IsHttp2OrTunnel() && TcpProgress.Of(socket).IsHalfClosed;
        return mayWant && Tls is { } tls ? tls.EndsWithAlert() : mayWant;
    }

    private bool IsHttp2OrTunnel() =>
        connection.Features.Get<ITlsHandshakeFeature>() is TlsSession { IsHttp2: true }
        || connection.Features.Get<Http1GuardState>() is { IsTunnel: true };

    private void Probe()
    {
        if (_probes)
        {
            return;
        }

        _probes = true;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbeSecs);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSecs);
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // Closed meanwhile: the next look sees it.
        }
    }
}
