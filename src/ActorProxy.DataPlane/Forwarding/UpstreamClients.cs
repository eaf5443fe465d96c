using System.Net;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Forwarding.Http1;
using Yarp.ReverseProxy.Forwarder;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// The one place that decides who speaks to an upstream: over HTTP/1.1 a client of our own, over HTTP/2 the general one. All
/// sites share them, and all their connections one bound; the sites' timeouts travel with the request.
/// </summary>
internal sealed class UpstreamClients : IDisposable
{
    /// <summary>The AppContext switch that gives HTTP/1.1 back to the general client, read when a data plane is built.</summary>
    public const string GeneralHttp1Switch = "ActorProxy.GeneralHttp1Client";

    private static readonly TimeSpan IdleConnectionLifetime = TimeSpan.FromSeconds(90);
    private const int MaxResponseHeadersKiB = 64;

    // No timeout of the forwarder's: it has one clock for everything, the contract has four.
    private static readonly ForwarderRequestConfig Http11 = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = Timeout.InfiniteTimeSpan,
    };

    private static readonly ForwarderRequestConfig Http2 = Http11 with { Version = HttpVersion.Version20 };

    private readonly UpstreamSlots _slots;
    private readonly HttpMessageInvoker _http11;
    private readonly HttpMessageInvoker _http2;

    public UpstreamClients(UpstreamConnector connector, int maxConnections, TimeProvider time)
    {
        _slots = new UpstreamSlots(maxConnections, time);
        var isGeneral = AppContext.TryGetSwitch(GeneralHttp1Switch, out var general) && general;
        Http1Pools = isGeneral ? null : new UpstreamPools((site, cancellationToken) => connector.ConnectAsync(site, cancellationToken), _slots, time);
        HttpMessageHandler http11 = Http1Pools is { } pools ? new Http1UpstreamHandler(pools, time) : GeneralHandler(connector);
        _http11 = new HttpMessageInvoker(new UpstreamClocks(http11, time), disposeHandler: true);
        _http2 = new HttpMessageInvoker(new UpstreamClocks(GeneralHandler(connector), time), disposeHandler: true);
    }

    /// <summary>The connections over HTTP/1.1; <c>null</c> when the general client has them.</summary>
    public UpstreamPools? Http1Pools { get; }

    public HttpMessageInvoker For(Site site) => site.UpstreamHttpVersion == UpstreamHttpVersion.Http2 ? _http2 : _http11;

    /// <summary>Whether the client takes the target from <see cref="UpstreamRequest.RawTarget"/> rather than from the address.</summary>
    public bool TakesRawTarget(Site site) => site.UpstreamHttpVersion == UpstreamHttpVersion.Http11 && Http1Pools is not null;

    /// <summary>Bounds upstream connections anew; those in use live on.</summary>
    public void Apply(ProxyConfig config) => _slots.Resize(config.MaxConnections);

    public static ForwarderRequestConfig ConfigFor(Site site) => site.UpstreamHttpVersion == UpstreamHttpVersion.Http2 ? Http2 : Http11;

    public void Dispose()
    {
        _http11.Dispose();
        Http1Pools?.Dispose();
        _http2.Dispose();
    }

    private SocketsHttpHandler GeneralHandler(UpstreamConnector connector) => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = (connecting, cancellationToken) =>
            ConnectInSlotAsync(connector, UpstreamRequest.SiteOf(connecting.InitialRequestMessage), cancellationToken),
        EnableMultipleHttp2Connections = true,
        Expect100ContinueTimeout = Http1Exchange.ContinueTimeout,
        MaxResponseHeadersLength = MaxResponseHeadersKiB,
        PooledConnectionIdleTimeout = IdleConnectionLifetime,
        RequestHeaderEncodingSelector = EncodeRequestField,
        ResponseHeaderEncodingSelector = static (_, _) => AnswerEncoding.Instance,
        UseCookies = false,
        UseProxy = false,
    };

    private async ValueTask<Stream> ConnectInSlotAsync(UpstreamConnector connector, SiteRoute site, CancellationToken cancellationToken)
    {
        await _slots.TakeAsync(null, site.ConnectTimeout, cancellationToken);
        try
        {
            return await connector.ConnectAsync(site, cancellationToken, _slots.Release);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    // Asked while the head is written, so a connection has been found: the one sign of it that this handler gives.
    private static Encoding EncodeRequestField(string name, HttpRequestMessage request)
    {
        if (name == "X-Real-IP")
        {
            UpstreamRequest.Sending(request);
        }

        return Encoding.Latin1;
    }
}
