using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class EndpointServersTests
{
    private const string LastRequest = "GET / HTTP/1.0\r\nHost: site.test\r\n\r\n";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_wait_at_a_closed_gate_and_are_served_when_it_opens()
    {
        var ports = FreePorts.Take(2);
        var later = Address(ports[1]);
        var early = 0;
        await using var served = await ServedDataPlane.StartAsync(Plain(ports[0]), context =>
        {
            early += context.Features.Get<ClientConnection>()!.Listener == later ? 1 : 0;
            return Answer(context);
        });
        served.Apply(Plain(ports[0], ports[1]));
        Assert.IsType<BindResult.Bound>(await served.Plane.Listeners.BindAsync(later, []));
        await using var waiting = await TestClient.ConnectAsync(ports[1], Cancelled);
        await waiting.SendAsync(LastRequest, Cancelled);

        // A whole exchange elsewhere, so that an open gate would have had its time.
        Assert.Contains("200", await AskAsync(ports[0]), StringComparison.Ordinal);
        Assert.Equal(0, early);
        served.Plane.Listeners.Open(later);

        Assert.Contains("200", Text(await waiting.ReadToEndAsync(Cancelled)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_refused_by_name()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = new ListenAddress(IPAddress.Loopback, ((IPEndPoint)other.LocalEndpoint).Port);
        await using var served = new ServedDataPlane(Plain(), Answer);

        var refused = Assert.IsType<BindResult.Refused>(await served.Plane.Listeners.BindAsync(address, []));

        Assert.Equal($"cannot listen on {address}: address already in use", refused.Reason);
        Assert.Empty(served.Plane.Listeners.Bound);
    }

    [Fact]
    public async Task A_closed_address_refuses_connections_at_once_and_can_be_bound_again()
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(Plain(port), Answer);

        var closing = served.Plane.Listeners.CloseAsync(Address(port), Long);

        await Assert.ThrowsAsync<SocketException>(() => TestClient.ConnectAsync(port, Cancelled));
        await closing.WaitAsync(Long, Cancelled);
        await served.OpenAsync(Address(port));
        Assert.Contains("200", await AskAsync(port), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_in_flight_end_whole_after_their_listener_is_gone()
    {
        var port = FreePorts.Take(1)[0];
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var served = await ServedDataPlane.StartAsync(Plain(port), async context =>
        {
            entered.TrySetResult();
            await release.Task;
            await Answer(context);
        });
        await using var client = await TestClient.ConnectAsync(port, Cancelled);
        await client.GetAsync(Cancelled);
        await entered.Task.WaitAsync(Cancelled);
        served.Apply(Plain());

        var closing = served.Plane.Listeners.CloseAsync(Address(port), Long);
        Assert.False(closing.IsCompleted);
        release.SetResult();

        var answer = Text(await client.ReadToEndAsync(Cancelled));
        Assert.Contains("200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.EndsWith("ok", answer, StringComparison.Ordinal);
        await closing.WaitAsync(Long, Cancelled);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_upload_under_way_ends_whole_after_its_listener_is_gone(string version)
    {
        var port = FreePorts.Take(1)[0];
        var entered = new TaskCompletionSource();
        await using var served = await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(port)),
            async context =>
            {
                entered.TrySetResult();
                using var all = new MemoryStream();
                await context.Request.Body.CopyToAsync(all, context.RequestAborted);
                await context.Response.WriteAsync($"{all.Length}", context.RequestAborted);
            });
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true, TargetHost = "site.test" },
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{port}/")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new DrippingContent(10, 1000, TimeSpan.FromMilliseconds(50)),
            Headers = { Host = "site.test" },
        };
        var answer = client.SendAsync(request, Cancelled);
        await entered.Task.WaitAsync(Cancelled);

        var closing = served.Plane.Listeners.CloseAsync(Address(port), Long);

        using var response = await answer;
        Assert.Equal("10000", await response.Content.ReadAsStringAsync(Cancelled));
        await closing.WaitAsync(Long, Cancelled);
    }

    [Fact]
    public async Task Idle_connections_end_at_once_when_their_listener_goes()
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(Plain(port), Answer);
        await using var client = await TestClient.ConnectAsync(port, Cancelled);
        await client.GetAsync(Cancelled);
        await client.ReadAnswerAsync(Cancelled);

        await served.Plane.Listeners.CloseAsync(Address(port), Long).WaitAsync(TimeSpan.FromSeconds(5), Cancelled);

        Assert.Empty(await client.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task What_has_not_ended_when_the_drain_is_over_is_cut()
    {
        var port = FreePorts.Take(1)[0];
        var entered = new TaskCompletionSource();
        await using var served = await ServedDataPlane.StartAsync(Plain(port), async context =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var client = await TestClient.ConnectAsync(port, Cancelled);
        await client.GetAsync(Cancelled);
        await entered.Task.WaitAsync(Cancelled);

        await served.Plane.Listeners.CloseAsync(Address(port), TimeSpan.FromMilliseconds(100)).WaitAsync(Long, Cancelled);

        Assert.Empty(await client.ReadToEndAsync(Cancelled));
        Assert.Equal(0, served.Metrics.Connections);
    }

    [Fact]
    public async Task What_the_kernel_has_accepted_for_a_removed_listener_is_served()
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(Plain(port) with { MaxConnections = 1 }, Answer);
        await using var first = await TestClient.ConnectAsync(port, Cancelled);
        await first.GetAsync(Cancelled);
        await first.ReadAnswerAsync(Cancelled);

        // One is held by the listener without a slot, the others wait in the kernel's queue.
        var queued = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TestClient.ConnectAsync(port, Cancelled)));
        await Task.WhenAll(queued.Select(client => client.SendAsync(LastRequest, Cancelled)));
        served.Apply(Plain(port) with { MaxConnections = 100 });
        served.Apply(Plain());
        var closing = served.Plane.Listeners.CloseAsync(Address(port), Long);

        var answers = await Task.WhenAll(queued.Select(client => client.ReadToEndAsync(Cancelled)));
        Assert.All(answers, answer => Assert.Contains("200 OK", Text(answer), StringComparison.Ordinal));
        await closing.WaitAsync(Long, Cancelled);
        await Task.WhenAll(queued.Select(client => client.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_stop_ends_every_listener_and_everything_on_it()
    {
        var ports = FreePorts.Take(2);
        await using var served = await ServedDataPlane.StartAsync(Plain(ports), Answer);
        await using var silent = await TestClient.ConnectAsync(ports[0], Cancelled);
        await using var idle = await TestClient.ConnectAsync(ports[1], Cancelled);
        await idle.GetAsync(Cancelled);
        await idle.ReadAnswerAsync(Cancelled);

        await served.Plane.DrainAsync(Long, Cancelled).WaitAsync(TimeSpan.FromSeconds(10), Cancelled);

        Assert.Empty(served.Plane.Listeners.Bound);
        Assert.Equal(0, served.Metrics.Connections);
        await Assert.ThrowsAsync<SocketException>(() => TestClient.ConnectAsync(ports[0], Cancelled));
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("127.0.0.1", "0.0.0.0")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("127.0.0.1", "::")]
    [InlineData("0.0.0.0", "::")]
    public async Task An_overlapping_address_is_replaced_without_a_refused_connection(string before, string after)
    {
        var port = FreePorts.Take(1)[0];
        var (old, next) = (new ListenAddress(IPAddress.Parse(before), port), new ListenAddress(IPAddress.Parse(after), port));
        await using var served = await ServedDataPlane.StartAsync(PlainAt(old), Answer);
        var hammer = new Hammer(port, Cancelled);

        for (var round = 0; round < 20; round++)
        {
            await hammer.AsksAgainAsync();
            Assert.IsType<BindResult.Bound>(await served.Plane.Listeners.BindAsync(next, [old]));
            served.Apply(PlainAt(next));
            served.Plane.Listeners.Open(next);
            _ = served.Plane.Listeners.CloseAsync(old, Long);
            Assert.Equal([next], served.Plane.Listeners.Bound);
            (old, next) = (next, old);
        }

        Assert.Empty(await hammer.StopAsync());
    }

    [Fact]
    public async Task A_replacement_that_is_let_go_hands_back_what_it_caught()
    {
        var port = FreePorts.Take(1)[0];
        var (wildcard, specific) = (new ListenAddress(IPAddress.Any, port), Address(port));
        await using var served = await ServedDataPlane.StartAsync(PlainAt(wildcard), Answer);
        Assert.IsType<BindResult.Bound>(await served.Plane.Listeners.BindAsync(specific, [wildcard]));
        await using var caught = await TestClient.ConnectAsync(port, Cancelled);
        await caught.SendAsync(LastRequest, Cancelled);

        await served.Plane.Listeners.CloseAsync(specific, TimeSpan.Zero);

        Assert.Contains("200 OK", Text(await caught.ReadToEndAsync(Cancelled)), StringComparison.Ordinal);
        Assert.Equal([wildcard], served.Plane.Listeners.Bound);
        Assert.Contains("200 OK", await AskAsync(port), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_can_share_the_port_after_a_replacement()
    {
        var port = FreePorts.Take(1)[0];
        var (wildcard, specific) = (new ListenAddress(IPAddress.Any, port), Address(port));
        await using var served = await ServedDataPlane.StartAsync(PlainAt(wildcard), Answer);
        await served.Plane.Listeners.BindAsync(specific, [wildcard]);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.SetRawSocketOption(1, 15, BitConverter.GetBytes(1));

        var refused = Assert.Throws<SocketException>(() => other.Bind(new IPEndPoint(IPAddress.Any, port)));

        Assert.Equal(SocketError.AddressAlreadyInUse, refused.SocketErrorCode);
    }

    [Fact]
    public async Task An_overlap_with_an_address_that_stays_is_refused()
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(Plain(port), Answer);

        Assert.IsType<BindResult.Refused>(await served.Plane.Listeners.BindAsync(new ListenAddress(IPAddress.Any, port), []));
    }

    private static async Task<string> AskAsync(int port)
    {
        await using var client = await TestClient.ConnectAsync(port, Cancelled);
        await client.SendAsync(LastRequest, Cancelled);
        return Text(await client.ReadToEndAsync(Cancelled));
    }

    private static Task Answer(HttpContext context)
    {
        context.Response.ContentLength = 2;
        return context.Response.WriteAsync("ok");
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static ListenAddress Address(int port) => new(IPAddress.Loopback, port);

    // Redirect endpoints: plain, so that what is tested here is not the handshake.
    private static ProxyConfig Plain(params int[] ports) => PlainAt(Array.ConvertAll(ports, Address));

    private static ProxyConfig PlainAt(params ListenAddress[] addresses) => ServedDataPlane.Config(
        Array.ConvertAll(addresses, address => ServedDataPlane.Listener(0, address.Port, address.Address.ToString())));

    /// <summary>Clients that ask without a pause, each on a fresh connection.</summary>
    private sealed class Hammer
    {
        private readonly CancellationTokenSource _enough;
        private readonly ConcurrentBag<string> _failed = [];
        private readonly Task _clients;
        private int _asked;

        public Hammer(int port, CancellationToken cancellationToken)
        {
            _enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _clients = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskAllTheTimeAsync(port)));
        }

        public async Task AsksAgainAsync()
        {
            var soFar = Volatile.Read(ref _asked);
            await Eventually.HoldsAsync(() => Volatile.Read(ref _asked) >= soFar + 10, "more requests", Cancelled);
        }

        public async Task<IEnumerable<string>> StopAsync()
        {
            await _enough.CancelAsync();
            await _clients;
            return _failed;
        }

        private async Task AskAllTheTimeAsync(int port)
        {
            while (!_enough.IsCancellationRequested)
            {
                try
                {
                    var answer = await AskAsync(port);
                    if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                    {
                        _failed.Add("answer: " + answer);
                    }
                }
                catch (SocketException failure)
                {
                    _failed.Add(failure.Message);
                }

                Interlocked.Increment(ref _asked);
            }
        }
    }
}
