using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.Listeners;

namespace ActorProxy.DataPlane.Requests;

/// <summary>One request from its head to the end of its response, with the snapshot that it began with.</summary>
internal sealed class RequestScope : SnapshotUser
{
    private readonly EndpointRoute? _endpoint;
    private bool _holdsPlace;

    public RequestScope(ClientConnection connection, RoutingTable table, long began)
    {
        Connection = connection;
        Table = table;
        Began = began;
        _endpoint = table.FindEndpoint(connection.Listener);
    }

    public ClientConnection Connection { get; }

    public RoutingTable Table { get; }

    public IPAddress ClientIp => Connection.ClientIp;

    /// <summary>The TLS address whose sites are reached; a listener that drains stands for itself.</summary>
    public ListenAddress HttpsAddress => _endpoint?.HttpsAddress ?? Connection.Listener;

    /// <summary>The host as it was read; empty until then, or when it could not be.</summary>
    public string Host { get; set; } = "";

    /// <summary>In origin form, raw; empty when it could not be read.</summary>
    public string Target { get; set; } = "";

    /// <summary><c>null</c> when the host is unknown.</summary>
    public SiteRoute? Route { get; set; }

    /// <summary>Whether an upstream was asked.</summary>
    public bool Forwarded { get; set; }

    /// <summary>Timestamp of the response's end when that was before the request's; 0 until then.</summary>
    public long ResponseEnded { get; set; }

    /// <summary>Its number, over HTTP/2; else 0.</summary>
    public int Stream { get; init; }

    /// <summary>Whether the client had too many streams when it opened this one.</summary>
    public bool IsTooMany => Connection.OpenStreams?.IsTooMany(Stream) == true;

    /// <summary>Whether the client reset its stream before the answer had ended.</summary>
    public bool IsGivenUp => Connection.OpenStreams?.WasGivenUp(Stream) == true;

    /// <summary>Whether its stream was refused: there were too many, or its connection's places were all taken.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether not even an error could be sent, so that we ended the connection, or the stream.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Where it is counted; <c>null</c> until its head was read.</summary>
    public SiteCounters? Counters { get; set; }

    /// <summary>Takes a place among its connection's streams; see <see cref="ClientConnection.TryBeginStream"/>.</summary>
    public bool TryTakePlace()
    {
        _holdsPlace = Connection.TryBeginStream();
        return _holdsPlace;
    }

    /// <summary>Notes that its stream is refused.</summary>
    public void Refuse() => IsRefused = true;

    /// <summary>Gives the place back; once is enough. Before the client can see the end of its answer, and ask again.</summary>
    public void LeavePlace()
    {
        if (Interlocked.Exchange(ref _holdsPlace, false))
        {
            Connection.EndStream();
        }
    }
}
