using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Listeners.Http2;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

/// <summary>What a client may not do, from outside: each flood ends its connection, and nobody else's.</summary>
public sealed class FloodTests
{
    // RFC 9113 §6 and §7.
    private const byte Data = 0;
    private const byte Priority = 2;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte Continuation = 9;
    private const byte Unknown = 0xbe;
    private const int RefusedStream = 7;
    private const int EnhanceYourCalm = 0xb;
    private const int MaxConcurrentStreams = 3;

    private const int Many = Conduct.MostIdleFrames + 100;

    private static readonly byte[] One = [0, 0, 0, 1];
    private static readonly byte[] Cancel = [0, 0, 0, 8];
    private static readonly byte[] LargestIncrement = [0x7f, 0xff, 0xff, 0xff];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> ControlFloods => ["ping", "settings", "priority", "window update", "unknown"];

    [Theory]
    [MemberData(nameof(ControlFloods))]
    public async Task A_flood_of_control_frames_ends_its_connection_alone(string kind)
    {
        await using var upstream = await TestUpstream.StartAsync("here");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var other = await Http2RawClient.ConnectAsync(front);
        await using var client = await Http2RawClient.ConnectAsync(front);

        await client.SendAsync(Enumerable.Repeat(ControlFrame(kind), Many));

        Assert.Equal(EnhanceYourCalm, await client.ReadReasonAsync());
        Assert.Equal("200 here", await other.AskAsync(Http2RawClient.Get()));
    }

    [Theory]
    [MemberData(nameof(ControlFloods))]
    public async Task As_many_as_that_between_requests_are_served(string kind)
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);

        for (var time = 0; time < 3; time++)
        {
            // Room for SETTINGS and its ACK, which each connection begins with.
            await client.SendAsync(Enumerable.Repeat(ControlFrame(kind), Conduct.MostIdleFrames - 10));

            Assert.Equal("404 Not Found", await client.AskAsync(Http2RawClient.Get()));
        }
    }

    [Fact]
    public async Task Rapid_resets_end_the_connection_and_each_has_its_line_and_takes_its_token()
    {
        await using var upstream = await TestUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var config = TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", upstream.Port))) with { RateLimit = new RateLimit(1, 150) };
        await using var front = await ProxyFront.StartAsync(config);
        await using var client = await Http2RawClient.ConnectAsync(front);

        await client.SendAsync(Enumerable.Range(0, 300).SelectMany(_ => OpenAndReset(client)));

        Assert.Equal(EnhanceYourCalm, await client.ReadReasonAsync());
        // Whether the request of the reset that was too many came in before the end is a matter of a moment.
        await Eventually.HoldsAsync(
            () => Task.FromResult(front.Log.Requests.Count is Conduct.MostResets or Conduct.MostResets + 1),
            () => $"200 or 201 lines, not {front.Log.Requests.Count}", Cancelled);
        // What has no token may be answered before its reset is read.
        Assert.All(front.Log.Requests, line => Assert.Matches(" GET / (499 |429 -)", line));
        Assert.InRange(front.Log.Requests.Count(line => line.Contains(" 499 ", StringComparison.Ordinal)), 150, 201);
        Assert.InRange(front.Metrics.RateLimited.Value, 10, 51);
    }

    [Theory]
    [InlineData(300, "a.test")]
    [InlineData(1000, "a.test")]
    [InlineData(300, "unknown.test")]
    [InlineData(1000, "unknown.test")]
    public async Task Rapid_resets_in_one_write_end_with_the_reason_and_are_no_error_of_the_server(int count, string host)
    {
        await using var upstream = await TestUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        await client.SendAsync(Enumerable.Range(0, count).SelectMany(_ => OpenAndReset(client, host)));

        Assert.Equal(EnhanceYourCalm, await client.ReadReasonAsync());
        Assert.Empty(front.ServerErrors.Lines);
    }

    [Fact]
    public async Task A_request_whose_reset_comes_with_its_head_reaches_no_upstream_and_costs_its_token()
    {
        // One read shows them all.
        const int Resets = 20;
        await using var upstream = await TestUpstream.StartAsync("here");
        var config = TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", upstream.Port))) with { RateLimit = new RateLimit(1, Resets) };
        await using var front = await ProxyFront.StartAsync(config, new FakeTimeProvider());
        await using var client = await Http2RawClient.ConnectAsync(front);

        await client.SendAsync(Enumerable.Range(0, Resets).SelectMany(_ => OpenAndReset(client)));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == Resets, "a line each", Cancelled);

        Assert.All(front.Log.Requests, line => Assert.Equal("REQUEST a.test GET / 499 -", line));
        Assert.Equal("429 Too Many Requests", await client.AskAsync(Http2RawClient.Get()));
        Assert.Equal(0, upstream.Requests);
        Assert.Empty(front.ServerErrors.Lines);
    }

    [Fact]
    public async Task A_reset_in_the_moment_of_the_answer_is_no_failure_of_the_upstream()
    {
        await using var upstream = await TestUpstream.StartAsync("here");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        for (var round = 0; round < 60; round++)
        {
            await using var client = await Http2RawClient.ConnectAsync(front);
            var heads = Enumerable.Range(0, 30).Select(_ => client.Head(Http2RawClient.Get(), out var _)).ToList();

            await client.SendAsync(heads);
            await client.ReadDataAsync(1);
            await client.SendAsync(heads.Select((_, number) => Http2Frames.Frame(Reset, 0, (2 * number) + 1, Cancel)));
        }

        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 1800, "a line each", Cancelled);
        Assert.Empty(front.Log.Lines.Except(front.Log.Requests));
        Assert.All(front.Log.Requests, line => Assert.Matches(" GET / (200|499) ", line));
        Assert.Empty(front.ServerErrors.Lines);
    }

    [Fact]
    public async Task Fewer_resets_are_forgiven()
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);

        // Refused streams are reset as well: as many at a time as there are places.
        for (var time = 0; time < 2; time++)
        {
            await client.SendAsync(Enumerable.Range(0, 90).SelectMany(_ => OpenAndReset(client)));
            await Eventually.HoldsAsync(() => front.LastConnection is { Streams: 0 }, "their requests have ended", Cancelled);

            Assert.Equal("404 Not Found", await client.AskAsync(Http2RawClient.Get()));
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    public async Task Resets_that_the_client_makes_the_server_send_count_as_well(int count)
    {
        await using var upstream = await TestUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        // Twice the largest window is an error of the stream (RFC 9113 §6.9.1).
        await client.SendAsync(Enumerable.Range(0, count).SelectMany(_ => (byte[][])
        [
            client.Head(Http2RawClient.Get(), out var stream),
            Http2Frames.Frame(WindowUpdate, 0, stream, LargestIncrement),
        ]));

        Assert.Equal(EnhanceYourCalm, await client.ReadReasonAsync());
        Assert.Empty(front.ServerErrors.Lines);
    }

    [Fact]
    public async Task Streams_without_end_are_refused_and_then_end_the_connection()
    {
        await using var upstream = await TestUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        await client.SendAsync(Enumerable.Range(0, 1000).Select(_ => client.Head(Http2RawClient.Get(), out var _)));

        Assert.Equal(EnhanceYourCalm, await client.ReadReasonAsync());
        Assert.Empty(front.ServerErrors.Lines);
        Assert.InRange(upstream.Requests, 0, Http2Guard.MaxStreams);
    }

    [Fact]
    public async Task A_client_is_told_of_a_hundred_streams_and_one_more_is_refused_although_the_others_have_their_answers()
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);

        // Without a window the answers cannot end (RFC 9113 §6.9.2).
        await client.SendAsync([Http2Frames.Frame(Settings, 0, 0, [0, 4, 0, 0, 0, 0])]);
        Assert.Equal(Http2Guard.MaxStreams, await client.ReadSettingAsync(MaxConcurrentStreams));
        var heads = Enumerable.Range(0, Http2Guard.MaxStreams).Select(_ => client.Head(Http2RawClient.Get(), out var _)).ToList();
        await client.SendAsync(heads);
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == Http2Guard.MaxStreams, "their requests have ended", Cancelled);
        await client.SendAsync([client.Head(Http2RawClient.Get(), out var refused)]);

        Assert.Equal(RefusedStream, await client.ReadResetAsync(refused));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == heads.Count + 1, "the last line", Cancelled);
        Assert.EndsWith(" GET / 499 -", front.Log.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_reset_in_the_middle_of_its_answer_has_a_line_with_499()
    {
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            await context.Response.WriteAsync("the beginning", Cancelled);
            await context.Response.Body.FlushAsync(Cancelled);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);
        await client.SendAsync([client.Head(Http2RawClient.Get(), out var stream)]);
        await client.ReadDataAsync(stream);

        await client.SendAsync([Http2Frames.Frame(Reset, 0, stream, Cancel)]);

        await Eventually.HoldsAsync(() => front.Log.Lines.Count > 0, "a line", Cancelled);
        Assert.Equal(["REQUEST a.test GET / 499 upstream"], front.Log.Lines);
    }

    [Fact]
    public async Task A_stream_that_is_reset_behind_its_answer_keeps_its_status()
    {
        await using var upstream = await TestUpstream.StartAsync("here");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);
        await client.SendAsync([client.Head(Http2RawClient.Get(), out var stream)]);
        Assert.Equal("200 here", await client.ReadAnswerAsync(stream));

        await client.SendAsync([Http2Frames.Frame(Reset, 0, stream, Cancel)]);

        Assert.Equal("200 here", await client.AskAsync(Http2RawClient.Get()));
        await Eventually.HoldsAsync(() => front.Log.Lines.Count == 2, "two lines", Cancelled);
        Assert.All(front.Log.Lines, line => Assert.Equal("REQUEST a.test GET / 200 upstream", line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_head_of_endless_continuation_ends_the_connection(string value)
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);
        var head = client.Head(Http2RawClient.Get(), out var stream, flags: 0);

        await client.SendAsync(Enumerable.Range(0, 4 * Many).Select(number =>
            Http2Frames.Frame(Continuation, 0, stream, value.Length == 0 ? [] : Http2RawClient.Block([($"x-{number}", value)]))).Prepend(head));

        Assert.Equal(EnhanceYourCalm, await client.ReadReasonAsync());
        Assert.Empty(front.Log.Requests);
    }

    [Fact]
    public async Task A_large_head_in_many_pieces_is_still_answered()
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);
        var head = client.Head(Http2RawClient.Get(), out var stream, flags: 1);
        var pieces = Enumerable.Range(0, 300).Select(number =>
            Http2Frames.Frame(Continuation, number == 299 ? (byte)4 : (byte)0, stream, Http2RawClient.Block([($"x-{number}", "a")])));

        await client.SendAsync(pieces.Prepend(head));

        Assert.Equal("431 Request Header Fields Too Large", await client.ReadAnswerAsync(stream));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task Empty_data_ends_the_connection_padded_or_not(byte padding)
    {
        await using var upstream = await TestUpstream.StartAsync(context => context.Request.Body.CopyToAsync(Stream.Null, Cancelled));
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);
        var head = client.Head(Http2RawClient.Get(), out var stream, flags: 4);
        var empty = padding == 0
            ? Http2Frames.Frame(Data, 0, stream, [])
            : Http2Frames.Frame(Data, 8, stream, [padding, .. new byte[padding]]);

        await client.SendAsync(Enumerable.Repeat(empty, Many).Prepend(head));

        Assert.Equal(EnhanceYourCalm, await client.ReadReasonAsync());
    }

    [Fact]
    public async Task A_reset_stream_keeps_its_place_until_its_upstream_request_has_ended()
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);
        Assert.Equal("404 Not Found", await client.AskAsync(Http2RawClient.Get()));
        for (var stream = 0; stream < Http2Guard.MaxStreams; stream++)
        {
            Assert.True(front.LastConnection!.TryBeginStream());
        }

        await client.SendAsync([client.Head(Http2RawClient.Get(), out var refused)]);
        Assert.Equal(RefusedStream, await client.ReadResetAsync(refused));
        front.LastConnection!.EndStream();

        Assert.Equal("404 Not Found", await client.AskAsync(Http2RawClient.Get()));
        Assert.Equal("404 Not Found", await client.AskAsync(Http2RawClient.Get()));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 4, "four lines", Cancelled);
        Assert.Single(front.Log.Requests, line => line.EndsWith(" GET / 499 -", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hundred_streams_at_a_time_are_served_again_and_again()
    {
        await using var upstream = await TestUpstream.StartAsync("here");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        for (var time = 0; time < 20; time++)
        {
            var streams = new List<int>();
            await client.SendAsync(Enumerable.Range(0, Http2Guard.MaxStreams).Select(_ =>
            {
                var head = client.Head(Http2RawClient.Get(), out var stream);
                streams.Add(stream);
                return head;
            }));

            Assert.All((await client.ReadAnswersAsync(streams)).Values, answer => Assert.Equal("200 here", answer));
        }
    }

    private static byte[] ControlFrame(string kind) => kind switch
    {
        "ping" => Http2Frames.PingFrame,
        "settings" => Http2Frames.Frame(Settings, 0, 0, []),
        "priority" => Http2Frames.Frame(Priority, 0, 1, [0, 0, 0, 0, 1]),
        "window update" => Http2Frames.Frame(WindowUpdate, 0, 0, One),
        _ => Http2Frames.Frame(Unknown, 0, 0, One),
    };

    private static byte[][] OpenAndReset(Http2RawClient client, string host = "a.test") =>
        [client.Head(Http2RawClient.Get(host), out var stream), Http2Frames.Frame(Reset, 0, stream, Cancel)];
}
