using System.Diagnostics;
using System.Net;
using System.Net.Http;
using System.Security.Authentication;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class IdleConnectionsTests
{
    private const int Steps = 12;
    private const int BacklogBytes = 60_000;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly int[] _ports = FreePorts.Take(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ProxyConfig Config => ServedDataPlane.Config(ServedDataPlane.Listener(_ports[0], _ports[1])) with { ConnectionIdleTimeoutSecs = 1 };

    [Fact]
    public async Task A_kept_alive_connection_ends_silently_after_its_last_request()
    {
        await using var served = await ServedDataPlane.StartAsync(Config, Answer);
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled);
        await client.GetAsync(Cancelled);
        await client.ReadAnswerAsync(Cancelled);

        await EndsSilentlyAsync(client);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_within_its_time_is_left_alone(bool http2)
    {
        await using var served = await ServedDataPlane.StartAsync(Config with { ConnectionIdleTimeoutSecs = 60 }, Answer);
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled, http2: http2);
        await (http2 ? client.Stream.WriteAsync(Http2Frames.Preface, Cancelled).AsTask() : client.GetAsync(Cancelled));
        await client.Stream.ReadExactlyAsync(new byte[9], Cancelled);

        await TicksOfKestrelAsync();

        await Eventually.HoldsAsync(() => served.Metrics.Connections <= 1, "those that asked for the ticks are gone", Cancelled);
        Assert.Equal(1, served.Metrics.Connections);
    }

    [Fact]
    public async Task While_no_connection_is_open_its_clock_stands_still_and_the_next_one_is_watched_again()
    {
        var time = new CountedTimers();
        await using var served = await ServedDataPlane.StartAsync(Config, Answer, time: time);
        Assert.Equal(0, time.Repeating);

        for (var i = 0; i < 2; i++)
        {
            await using var plain = await TestClient.ConnectAsync(_ports[1], Cancelled);
            await EndsSilentlyAsync(plain);
            await Eventually.HoldsAsync(() => Task.FromResult(time.Repeating == 0), () => "the clock goes on", Cancelled);
        }
    }

    [Fact]
    public async Task A_connection_that_never_says_anything_ends_silently()
    {
        await using var served = await ServedDataPlane.StartAsync(Config, Answer);
        await using var plain = await TestClient.ConnectAsync(_ports[1], Cancelled);

        await EndsSilentlyAsync(plain);
    }

    [Fact]
    public async Task A_head_that_is_still_incomplete_gets_408()
    {
        await using var served = await ServedDataPlane.StartAsync(Config, Answer);
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: si", Cancelled);

        var answer = Encoding.ASCII.GetString(await client.ReadToEndAsync(Cancelled));

        Assert.StartsWith("HTTP/1.1 408 Request Timeout", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pings_do_not_keep_an_http2_connection()
    {
        await using var served = await ServedDataPlane.StartAsync(Config, Answer);
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled, http2: true);
        var began = Stopwatch.GetTimestamp();
        await client.Stream.WriteAsync(Http2Frames.Preface, Cancelled);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var pinging = PingAsync(client, over.Token);

        var received = await client.ReadToEndAsync(Cancelled);

        Assert.InRange(Stopwatch.GetElapsedTime(began), Idle, TimeSpan.FromSeconds(10));
        Assert.Contains(Http2Frames.GoAway, Http2Frames.TypesIn(received));
        Assert.Contains(Http2Frames.Ping, Http2Frames.TypesIn(received));
        await over.CancelAsync();
        await pinging;
    }

    [Fact]
    public async Task A_handshake_has_a_clock_of_its_own()
    {
        await using var served = await ServedDataPlane.StartAsync(
            Config with { ConnectionIdleTimeoutSecs = 60, TlsHandshakeTimeoutSecs = 1 }, Answer);
        await using var silent = await TestClient.ConnectAsync(_ports[0], Cancelled);
        await using var half = await TestClient.ConnectAsync(_ports[0], Cancelled);
        await half.Stream.WriteAsync(new byte[] { 22, 3, 1, 1, 0, 1 }, Cancelled);

        await EndsSilentlyAsync(silent);
        Assert.Empty(await half.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task A_reload_changes_the_clock_of_open_connections()
    {
        await using var served = await ServedDataPlane.StartAsync(Config with { ConnectionIdleTimeoutSecs = 600 }, Answer);
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled);

        served.Apply(Config);

        Assert.Empty(await client.ReadToEndAsync(Cancelled));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_response_that_streams_for_longer_arrives_whole(string version)
    {
        await using var served = await ServedDataPlane.StartAsync(Config, async context =>
        {
            for (var step = 0; step < Steps; step++)
            {
                await context.Response.WriteAsync("x", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Step, context.RequestAborted);
            }
        });
        using var client = Client();
        using var request = Request(HttpMethod.Get, version);

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new string('x', Steps), await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_upload_that_streams_for_longer_arrives_whole(string version)
    {
        await using var served = await ServedDataPlane.StartAsync(Config, async context =>
        {
            using var all = new MemoryStream();
            await context.Request.Body.CopyToAsync(all, context.RequestAborted);
            await context.Response.WriteAsync($"{all.Length}", context.RequestAborted);
        });
        using var client = Client();
        using var request = Request(HttpMethod.Post, version);
        request.Content = new DrippingContent(Steps, 1000, Step);

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal($"{Steps * 1000}", await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_slow_reader_gets_the_whole_of_a_response_that_was_handed_over_long_ago()
    {
        const int length = 3_000_000;
        await using var served = await ServedDataPlane.StartAsync(Config, async context =>
        {
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(new byte[length], context.RequestAborted);
        });
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled, receiveBuffer: 32 * 1024);
        await client.GetAsync(Cancelled);
        var buffer = new byte[100_000];
        var received = 0;

        for (int read; (read = await client.Stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, Cancelled)) > 0;)
        {
            received += read;
            await Task.Delay(100, Cancelled);
        }

        Assert.InRange(received, length, length + 1000);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_of_its_last_response_does_not_hold_the_connection()
    {
        await using var served = await ServedDataPlane.StartAsync(Config, async context =>
        {
            context.Response.ContentLength = 60_000;
            await context.Response.Body.WriteAsync(new byte[60_000], context.RequestAborted);
        });
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled, receiveBuffer: 4 * 1024);
        await client.GetAsync(Cancelled);
        Assert.Equal(1, served.Metrics.Connections);

        await Eventually.HoldsAsync(() => served.Metrics.Connections == 0, "the connection is gone", Cancelled);
    }

    [Fact]
    public async Task The_end_of_a_response_is_not_cut_off_while_the_client_takes_something_of_it()
    {
        var time = new FakeTimeProvider();
        var answered = new TaskCompletionSource<ClientConnection>();
        await using var served = await ServedDataPlane.StartAsync(Config, Backlog(answered), time: time);
        await using var client = await TestClient.ConnectAsync(_ports[1], Cancelled, receiveBuffer: 4 * 1024);
        await HasBacklogAsync(client, answered.Task);
        Walk(time, Idle);

        // More than the farewell's time after the end was asked for, then more than the idle timeout.
        var first = new byte[5000];
        Walk(time, Idle * 0.9);
        await client.Stream.ReadExactlyAsync(first, Cancelled);
        Walk(time, Idle * 0.9);

        var rest = await client.ReadToEndAsync(Cancelled);
        var whole = Encoding.Latin1.GetString([.. first, .. rest]);
        Assert.Equal(BacklogBytes, whole.Length - whole.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }

    [Fact]
    public async Task The_end_of_a_response_of_which_the_client_takes_nothing_is_cut_off_after_another_idle_timeout()
    {
        var time = new FakeTimeProvider();
        var answered = new TaskCompletionSource<ClientConnection>();
        await using var served = await ServedDataPlane.StartAsync(Config, Backlog(answered), time: time);
        await using var client = await TestClient.ConnectAsync(_ports[1], Cancelled, receiveBuffer: 4 * 1024);
        await HasBacklogAsync(client, answered.Task);

        Walk(time, Idle);
        Walk(time, Idle * 2);

        await Eventually.HoldsAsync(() => served.Metrics.Connections == 0, "the connection is gone", Cancelled);
    }

    [Fact]
    public async Task Idle_counts_from_the_end_of_the_handshake_and_of_each_request()
    {
        const int maxConcurrentStreams = 3;
        var time = new FakeTimeProvider();
        ClientConnection? seen = null;
        await using var served = await ServedDataPlane.StartAsync(
            Config,
            context =>
            {
                seen = context.Features.GetRequiredFeature<ClientConnection>();
                return Answer(context);
            },
            time: time);
        await using var connection = await TestClient.ConnectAsync(_ports[0], Cancelled);
        await Eventually.HoldsAsync(() => served.Metrics.Connections == 1, "it is there", Cancelled);
        Walk(time, Idle * 0.9);
        await connection.HandshakeAsync("site.test", http2: true, SslProtocols.None, Cancelled);
        await using var client = await Http2RawClient.BeginAsync(new RawClient(connection.Stream));
        await client.ReadSettingAsync(maxConcurrentStreams);

        for (var request = 0; request < 3; request++)
        {
            Walk(time, Idle * 0.9);
            Assert.Equal("200 ok", await client.AskAsync(Http2RawClient.Get("site.test")));
            await Eventually.HoldsAsync(() => seen!.RequestsInFlight == 0, "the request has ended", Cancelled);
        }
    }

    [Fact]
    public async Task A_connection_with_a_request_in_flight_is_not_asked_to_end()
    {
        var time = new FakeTimeProvider();
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var served = await ServedDataPlane.StartAsync(
            Config,
            async context =>
            {
                entered.TrySetResult();
                await release.Task;
                await Answer(context);
            },
            time: time);
        await using var connection = await TestClient.ConnectTlsAsync(_ports[0], Cancelled, http2: true);
        await using var client = await Http2RawClient.BeginAsync(new RawClient(connection.Stream));
        var held = client.AskAsync(Http2RawClient.Get("site.test"));
        await entered.Task.WaitAsync(Cancelled);

        Walk(time, Idle * 3);
        release.SetResult();

        Assert.Equal("200 ok", await held);
        Assert.Equal("200 ok", await client.AskAsync(Http2RawClient.Get("site.test")));
    }

    [Fact]
    public async Task When_their_listener_goes_the_new_and_those_in_a_handshake_have_a_second()
    {
        var time = new FakeTimeProvider();
        await using var served = await ServedDataPlane.StartAsync(
            Config with { ConnectionIdleTimeoutSecs = 600, TlsHandshakeTimeoutSecs = 600 }, Answer, time: time);
        await using var silent = await TestClient.ConnectAsync(_ports[1], Cancelled);
        await using var late = await TestClient.ConnectAsync(_ports[1], Cancelled);
        await using var half = await TestClient.ConnectAsync(_ports[0], Cancelled);
        await half.Stream.WriteAsync(new byte[] { 22, 3, 1, 1, 0, 1 }, Cancelled);
        await Eventually.HoldsAsync(() => served.Metrics.Connections == 3, "all are there", Cancelled);

        var draining = served.Plane.DrainAsync(TimeSpan.FromMinutes(10), Cancelled);
        Walk(time, TimeSpan.FromSeconds(0.9));
        await late.GetAsync(Cancelled);
        Assert.EndsWith("ok", await late.ReadAnswerAsync(Cancelled), StringComparison.Ordinal);

        // One second to say farewell, and one for what does not take it.
        Walk(time, TimeSpan.FromSeconds(1));
        Walk(time, TimeSpan.FromSeconds(1));
        Assert.Empty(await silent.ReadToEndAsync(Cancelled));
        Assert.Empty(await half.ReadToEndAsync(Cancelled));
        await draining.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }

    [Fact]
    public async Task An_upgraded_connection_may_be_silent()
    {
        var time = new FakeTimeProvider();
        await using var served = await ServedDataPlane.StartAsync(Config, Echo, time: time);
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Cancelled);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", Cancelled);
        Assert.StartsWith("HTTP/1.1 101", await client.ReadAnswerAsync(Cancelled), StringComparison.Ordinal);

        // The first walk too many would say farewell, a later one break off.
        Walk(time, TimeSpan.FromSeconds(5));

        await client.SendAsync("still", Cancelled);
        var echo = new byte[5];
        await client.Stream.ReadExactlyAsync(echo, Cancelled);
        Assert.Equal("still"u8.ToArray(), echo);

        static async Task Echo(HttpContext context)
        {
            context.Features.GetRequiredFeature<Http1GuardState>().SwitchToPassthrough();
            await using var tunnel = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await tunnel.CopyToAsync(tunnel, context.RequestAborted);
        }
    }

    // Its clocks look at their connections when they write the time of the Date field anew; they must not fire before ours.
    private async Task TicksOfKestrelAsync()
    {
        var dates = new HashSet<string>(StringComparer.Ordinal);
        while (dates.Count < 4)
        {
            await using var asking = await TestClient.ConnectTlsAsync(_ports[0], Cancelled);
            await asking.SendAsync("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n", Cancelled);
            var answer = Encoding.ASCII.GetString(await asking.ReadToEndAsync(Cancelled));
            dates.Add(Assert.Single(answer.Split("\r\n"), line => line.StartsWith("Date: ", StringComparison.Ordinal)));
        }
    }

    private static async Task EndsSilentlyAsync(TestClient client)
    {
        var began = Stopwatch.GetTimestamp();

        Assert.Empty(await client.ReadToEndAsync(Cancelled));

        // Kestrel's own clock would need two seconds more; the exact upper bound is not for a busy machine.
        Assert.InRange(Stopwatch.GetElapsedTime(began), Idle * 0.9, TimeSpan.FromSeconds(10));
    }

    private static async Task PingAsync(TestClient client, CancellationToken over)
    {
        try
        {
            while (true)
            {
                await client.Stream.WriteAsync(Http2Frames.PingFrame, over);
                await Task.Delay(50, over);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // The connection is over.
        }
    }

    // In steps of the walk over all connections: each sees the time of its own.
    private static void Walk(FakeTimeProvider time, TimeSpan length)
    {
        for (var walked = TimeSpan.Zero; walked < length; walked += Interval)
        {
            time.Advance(Interval);
        }
    }

    // The kernel takes little of it, the connection's pipe the rest: so the response has ended long before its client has it.
    private static RequestDelegate Backlog(TaskCompletionSource<ClientConnection> answered) => async context =>
    {
        context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.SendBufferSize = 16 * 1024;
        context.Response.ContentLength = BacklogBytes;
        await context.Response.Body.WriteAsync(new byte[BacklogBytes], context.RequestAborted);
        answered.SetResult(context.Features.GetRequiredFeature<ClientConnection>());
    };

    private static async Task HasBacklogAsync(TestClient client, Task<ClientConnection> answered)
    {
        await client.GetAsync(Cancelled);
        var connection = await answered.WaitAsync(Cancelled);
        await Eventually.HoldsAsync(() => connection.RequestsInFlight == 0, "the response has ended", Cancelled);
    }

    private static Task Answer(HttpContext context)
    {
        context.Response.ContentLength = 2;
        return context.Response.WriteAsync("ok");
    }

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true, TargetHost = "site.test" },
    });

    private HttpRequestMessage Request(HttpMethod method, string version) => new(method, $"https://127.0.0.1:{_ports[0]}/")
    {
        Version = Version.Parse(version),
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Headers = { Host = "site.test" },
    };

    // How many timers of a tenth of a second go round at present.
    private sealed class CountedTimers : TimeProvider
    {
        private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
        private int _repeating;

        public int Repeating => Volatile.Read(ref _repeating);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, base.CreateTimer(callback, state, dueTime, period));
            timer.Count(period);
            return timer;
        }

        private sealed class Timer(CountedTimers owner, ITimer inner) : ITimer
        {
            private int _counts;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Count(period);
                return inner.Change(dueTime, period);
            }

            public void Count(TimeSpan period)
            {
                var now = period == Tick ? 1 : 0;
                Interlocked.Add(ref owner._repeating, now - Interlocked.Exchange(ref _counts, now));
            }

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
