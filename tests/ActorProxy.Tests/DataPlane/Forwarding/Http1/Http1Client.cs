using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Forwarding.Http1;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>The handler under test with what it needs, and requests that look like the forwarder's.</summary>
internal sealed class Http1Client : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly UpstreamPools _pools;

    public Http1Client(int maxConnections = 100, TimeProvider? time = null, ConnectUpstream? connect = null)
    {
        Slots = new UpstreamSlots(maxConnections, time ?? TimeProvider.System);
        _pools = new UpstreamPools(connect ?? ConnectAsync, Slots, time ?? TimeProvider.System);
        _invoker = new HttpMessageInvoker(new Http1UpstreamHandler(_pools, time ?? TimeProvider.System));
    }

    public UpstreamSlots Slots { get; }

    /// <summary>A client whose first connection answers as given.</summary>
    public static Http1Client For(CannedStream stream) => new(connect: (_, _) => ValueTask.FromResult<Stream>(stream));

    public static SiteRoute Route(int port, int connectTimeoutSecs = 5) => new(
        new Site { Host = "a.test", Upstream = new UpstreamAddress("127.0.0.1", port), UpstreamConnectTimeoutSecs = connectTimeoutSecs },
        onlyThrough: null,
        new ProxyMetrics().Site("a.test"));

    public static HttpRequestMessage Request(string method, int port, string target = "/", HttpContent? content = null)
    {
        var uri = new Uri($"http://127.0.0.1:{port}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(method), uri) { Content = content };
        request.Headers.TryAddWithoutValidation("Host", "a.test");
        request.Options.Set(UpstreamRequest.Site, Route(port));
        return request;
    }

    public static HttpContent Content(string text)
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(text));
        content.Headers.ContentLength = text.Length;
        return content;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => SendUntilAsync(request, TestContext.Current.CancellationToken);

    public async Task<HttpResponseMessage> SendUntilAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await _invoker.SendAsync(request, cancellationToken).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);

    public async Task<ReadAnswer> GetAsync(int port, string target = "/") => await ReadAnswer.FromAsync(await SendAsync(Request("GET", port, target)));

    public void Dispose()
    {
        _invoker.Dispose();
        _pools.Dispose();
    }

    public static async ValueTask<Stream> ConnectAsync(SiteRoute route, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, route.Site.Upstream.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
