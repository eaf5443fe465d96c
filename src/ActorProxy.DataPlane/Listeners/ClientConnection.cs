using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Listeners.Http2;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// One accepted connection, as its requests and clocks see it. A connection feature: requests find it with
/// <c>context.Features.Get&lt;ClientConnection&gt;()</c>.
/// </summary>
internal sealed class ClientConnection(ListenAddress listener, IPAddress clientIp, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private int _requestsInFlight;
    private int _streams;
    private long _idleSince = (time ?? TimeProvider.System).GetTimestamp();
    private volatile bool _hasServed;

    /// <summary>The address that it was accepted on, as bound (a wildcard stays a wildcard).</summary>
    public ListenAddress Listener { get; } = listener;

    /// <summary>The socket's peer; an IPv4-mapped address as IPv4.</summary>
    public IPAddress ClientIp { get; } = clientIp;

    /// <summary>The peer as the headers for upstreams carry it.</summary>
    public string ClientIpText { get; } = clientIp.ToString();

    /// <summary>Requests between the end of their head and the end of their response.</summary>
    public int RequestsInFlight => Volatile.Read(ref _requestsInFlight);

    /// <summary>Places of streams that are taken, over HTTP/2.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>How long there has been no request; has no meaning while one is in flight.</summary>
    public TimeSpan IdleTime => _time.GetElapsedTime(Volatile.Read(ref _idleSince));

    /// <summary>Whether it ever had a request.</summary>
    public bool HasServed => _hasServed;

    /// <summary>The transport, for whoever must end it; <c>null</c> in tests without one.</summary>
    public AcceptedConnection? Transport { get; set; }

    /// <summary>Over HTTP/2, the streams that are no requests yet.</summary>
    public UnreachedStreams? Unreached { get; set; }

    /// <summary>Over HTTP/2, the streams that are open.</summary>
    public OpenStreams? OpenStreams { get; set; }

    /// <summary>The handshake is over: the idle clock begins.</summary>
    public void HandshakeEnded() => Volatile.Write(ref _idleSince, _time.GetTimestamp());

    /// <summary>
    /// Takes a place among the streams of an HTTP/2 connection. Kestrel gives the place of a stream that was reset to the next one at
    /// once, although its request may still be at work.
    /// </summary>
    /// <returns><c>false</c> when all are taken. Each success needs its <see cref="EndStream"/>.</returns>
    public bool TryBeginStream()
    {
        if (Interlocked.Increment(ref _streams) <= Http2Guard.MaxStreams)
        {
            return true;
        }

        EndStream();
        return false;
    }

    /// <summary>A stream's answer is about to end, or its request has.</summary>
    public void EndStream() => Interlocked.Decrement(ref _streams);

    /// <summary>A head was complete.</summary>
    public void RequestBegan()
    {
        Interlocked.Increment(ref _requestsInFlight);
        _hasServed = true;
    }

    /// <summary>Its response has ended. Exactly one call for each <see cref="RequestBegan"/>.</summary>
    public void RequestEnded()
    {
        // Before the count goes down: who sees no request must see the new time as well.
        Volatile.Write(ref _idleSince, _time.GetTimestamp());
        Interlocked.Decrement(ref _requestsInFlight);
    }
}
