using System.Net;
using System.Text;
using ActorProxy.Core.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// The one place that decides who speaks to an upstream. One client for each scheme and version, shared by all sites: their
/// timeouts travel with the request.
/// </summary>
internal sealed class UpstreamClients : IDisposable
{
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

    private readonly HttpMessageInvoker[] _clients;

    public UpstreamClients(UpstreamConnector connector, TimeProvider time)
    {
        HttpMessageInvoker Client() => new(new UpstreamClocks(GeneralHandler(connector), time), disposeHandler: true);
        _clients = [Client(), Client(), Client(), Client()];
    }

    public HttpMessageInvoker For(Site site) => _clients[((int)site.UpstreamScheme * 2) + (int)site.UpstreamHttpVersion];

    public static ForwarderRequestConfig ConfigFor(Site site) => site.UpstreamHttpVersion == UpstreamHttpVersion.Http2 ? Http2 : Http11;

    public void Dispose() => Array.ForEach(_clients, client => client.Dispose());

    private static SocketsHttpHandler GeneralHandler(UpstreamConnector connector) => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = (connecting, cancellationToken) =>
            connector.ConnectAsync(UpstreamRequest.SiteOf(connecting.InitialRequestMessage), cancellationToken),
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = MaxResponseHeadersKiB,
        PooledConnectionIdleTimeout = IdleConnectionLifetime,
        RequestHeaderEncodingSelector = EncodeRequestField,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        UseCookies = false,
        UseProxy = false,
    };

    // Asked while the head is written, so a connection has been found: the one sign of it that this handler gives.
    private static Encoding EncodeRequestField(string name, HttpRequestMessage request)
    {
        if (name == "X-Real-IP")
        {
            UpstreamRequest.ExchangeOf(request).Clock.Sending();
        }

        return Encoding.Latin1;
    }
}
