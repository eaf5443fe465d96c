using System.Net.Sockets;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class ReuseTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    public static TheoryData<string, int> Reuse => new()
    {
        { Ok, 1 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1 },
        { "HTTP/1.1 204 No Content\r\n\r\n", 1 },
        { "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 1 },
        { "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok", 1 },
        { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 2 },
        { "HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 2\r\n\r\nok", 2 },
        { "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", 2 },
        { "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 2 },
        { Ok + "\r\n", 2 },
        { Ok + Ok, 2 },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx", 2 },
    };

    [Theory]
    [MemberData(nameof(Reuse))]
    public async Task A_connection_serves_again_only_after_an_exact_end(string answer, int connections)
    {
        await using var upstream = Repeating(answer);
        using var client = new Http1Client();

        var first = await client.GetAsync(upstream.Port);
        var second = await client.GetAsync(upstream.Port);

        Assert.Equal(first, second);
        Assert.Equal(connections, upstream.Accepted);
    }

    [Fact]
    public async Task A_body_read_in_part_closes_the_connection()
    {
        await using var upstream = Repeating(Ok);
        using var client = new Http1Client();

        var response = await client.SendAsync(Http1Client.Request("GET", upstream.Port));
        response.Dispose();

        Assert.Equal(0, client.Slots.Held);
        Assert.Equal("ok", (await client.GetAsync(upstream.Port)).Body);
        Assert.Equal(2, upstream.Accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npoisoned!")]
    public async Task An_idle_connection_that_says_anything_is_dropped(string unasked)
    {
        var speak = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync(Ok);
            if (connection.Number == 1)
            {
                await speak.Task;
                await connection.WriteAsync(unasked);
                if (unasked.Length > 0)
                {
                    await connection.ReadToEndAsync();
                }
            }
        });
        using var client = new Http1Client();
        Assert.Equal("ok", (await client.GetAsync(upstream.Port)).Body);
        Assert.Equal(1, client.Slots.Held);

        speak.SetResult();
        await Eventually.HoldsAsync(() => client.Slots.Held == 0, "the connection is dropped", TestContext.Current.CancellationToken);

        Assert.Equal("ok", (await client.GetAsync(upstream.Port)).Body);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task An_idempotent_request_is_sent_once_more_when_its_connection_was_stale(string method)
    {
        await using var upstream = ClosingOnSecond(reset: method == "GET");
        using var client = new Http1Client();
        await client.GetAsync(upstream.Port);

        var answer = await ReadAnswer.FromAsync(await client.SendAsync(Http1Client.Request(method, upstream.Port)));

        Assert.Equal(200, answer.Status);
        Assert.Equal(2, upstream.Accepted);
    }

    [Fact]
    public async Task A_small_body_is_sent_once_more_as_well()
    {
        var bodies = new List<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            while (true)
            {
                if ((await connection.ReadHeadAsync()).StartsWith("PUT", StringComparison.Ordinal))
                {
                    bodies.Add(await connection.ReadAsync(5));
                    if (connection.Number == 1)
                    {
                        return;
                    }
                }

                await connection.WriteAsync(Ok);
            }
        });
        using var client = new Http1Client();
        await client.GetAsync(upstream.Port);

        var put = Http1Client.Request("PUT", upstream.Port, content: Http1Client.Content("hello"));
        Assert.Equal("ok", (await ReadAnswer.FromAsync(await client.SendAsync(put))).Body);

        Assert.Equal(["hello", "hello"], bodies);
    }

    [Fact]
    public async Task A_body_that_was_not_kept_is_not_sent_again()
    {
        await using var upstream = ClosingOnSecond(reset: false);
        using var client = new Http1Client();
        await client.GetAsync(upstream.Port);

        var put = Http1Client.Request("PUT", upstream.Port, content: Http1Client.Content(new string('x', 20_000)));
        await Assert.ThrowsAsync<UpstreamException>(() => client.SendAsync(put));

        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task A_POST_is_never_sent_twice()
    {
        await using var upstream = ClosingOnSecond(reset: false);
        using var client = new Http1Client();
        await client.GetAsync(upstream.Port);

        var exception = await Assert.ThrowsAsync<UpstreamException>(() => client.SendAsync(Http1Client.Request("POST", upstream.Port)));

        Assert.Equal(UpstreamFailureKind.Closed, exception.Kind);
        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task A_fresh_connection_that_closes_is_no_reason_to_try_again()
    {
        await using var upstream = new RawUpstream(connection => connection.ReadHeadAsync());
        using var client = new Http1Client();

        await Assert.ThrowsAsync<UpstreamException>(() => client.GetAsync(upstream.Port));

        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task A_request_is_sent_once_more_and_not_twice()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            if (connection.Number == 1)
            {
                await connection.WriteAsync(Ok);
                await connection.ReadHeadAsync();
            }
        });
        using var client = new Http1Client();
        await client.GetAsync(upstream.Port);

        await Assert.ThrowsAsync<UpstreamException>(() => client.GetAsync(upstream.Port));

        Assert.Equal(2, upstream.Accepted);
    }

    [Fact]
    public async Task An_answer_that_had_begun_is_no_reason_to_try_again()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync(Ok);
            await connection.ReadHeadAsync();
            await connection.WriteAsync("H");
        });
        using var client = new Http1Client();
        await client.GetAsync(upstream.Port);

        await Assert.ThrowsAsync<UpstreamException>(() => client.GetAsync(upstream.Port));

        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task Idle_connections_end_after_90_s()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync(Ok);
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        var time = new FakeTimeProvider();
        using var client = new Http1Client(time: time);
        await client.GetAsync(upstream.Port);

        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(1, client.Slots.Held);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, client.Slots.Held);
        await ended.Task;
    }

    [Fact]
    public async Task Connections_used_at_different_times_end_at_different_times()
    {
        await using var upstream = Repeating(Ok);
        var time = new FakeTimeProvider();
        using var client = new Http1Client(time: time);
        var both = await Task.WhenAll(client.SendAsync(Http1Client.Request("GET", upstream.Port)), client.SendAsync(Http1Client.Request("GET", upstream.Port)));
        await ReadAnswer.FromAsync(both[0]);
        time.Advance(TimeSpan.FromSeconds(30));
        await ReadAnswer.FromAsync(both[1]);

        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(1, client.Slots.Held);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, client.Slots.Held);
    }

    [Fact]
    public async Task An_upstream_s_shorter_idle_limit_is_kept()
    {
        await using var upstream = Repeating("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 2\r\n\r\nok");
        var time = new FakeTimeProvider();
        using var client = new Http1Client(time: time);
        await client.GetAsync(upstream.Port);
        time.Advance(TimeSpan.FromSeconds(3));
        await client.GetAsync(upstream.Port);
        Assert.Equal(1, upstream.Accepted);

        time.Advance(TimeSpan.FromSeconds(4));
        await client.GetAsync(upstream.Port);

        Assert.Equal(2, upstream.Accepted);
    }

    [Fact]
    public async Task The_connection_used_last_is_used_next()
    {
        await using var upstream = Repeating(Ok);
        using var client = new Http1Client();
        var responses = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.SendAsync(Http1Client.Request("GET", upstream.Port))));
        foreach (var response in responses)
        {
            await ReadAnswer.FromAsync(response);
        }

        for (var i = 0; i < 5; i++)
        {
            await client.GetAsync(upstream.Port);
        }

        Assert.Equal(3, upstream.Accepted);
        Assert.Equal(3, client.Slots.Held);
    }

    [Fact]
    public async Task The_handler_s_end_closes_what_is_idle_and_what_becomes_idle()
    {
        await using var upstream = Repeating(Ok);
        var client = new Http1Client();
        var open = await client.SendAsync(Http1Client.Request("GET", upstream.Port));
        await client.GetAsync(upstream.Port);
        Assert.Equal(2, client.Slots.Held);

        client.Dispose();
        Assert.Equal(1, client.Slots.Held);
        await ReadAnswer.FromAsync(open);

        Assert.Equal(0, client.Slots.Held);
    }

    private static RawUpstream Repeating(string answer) => new(async connection =>
    {
        while (true)
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync(answer);
        }
    });

    // The second request on the first connection finds it closed: nothing of an answer comes.
    private static RawUpstream ClosingOnSecond(bool reset) => new(async connection =>
    {
        await connection.ReadHeadAsync();
        await connection.WriteAsync(Ok);
        await connection.ReadHeadAsync();
        if (reset)
        {
            connection.Reset();
        }
    });
}
