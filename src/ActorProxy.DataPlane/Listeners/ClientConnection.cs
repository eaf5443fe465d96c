using System.Net;
using ActorProxy.Core.Configuration;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// One accepted connection, as its requests and clocks see it. A connection feature: requests find it with
/// <c>context.Features.Get&lt;ClientConnection&gt;()</c>.
/// </summary>
internal sealed class ClientConnection(ListenAddress listener, IPAddress clientIp)
{
    private int _requestsInFlight;

    /// <summary>The address that it was accepted on, as bound (a wildcard stays a wildcard).</summary>
    public ListenAddress Listener { get; } = listener;

    /// <summary>The socket's peer; an IPv4-mapped address as IPv4.</summary>
    public IPAddress ClientIp { get; } = clientIp;

    /// <summary>Requests between the end of their head and the end of their response.</summary>
    public int RequestsInFlight => Volatile.Read(ref _requestsInFlight);

    /// <summary>A head was complete.</summary>
    public void RequestBegan() => Interlocked.Increment(ref _requestsInFlight);

    /// <summary>Its response has ended. Exactly one call for each <see cref="RequestBegan"/>.</summary>
    public void RequestEnded() => Interlocked.Decrement(ref _requestsInFlight);
}
