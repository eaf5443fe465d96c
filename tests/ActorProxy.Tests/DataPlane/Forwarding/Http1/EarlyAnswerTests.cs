using System.Net;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class EarlyAnswerTests
{
    private readonly TaskCompletionSource _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task An_answer_is_passed_on_while_the_upload_goes_on()
    {
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            if (connection.Number > 1)
            {
                await connection.WriteAsync("HTTP/1.1 503 Not This One\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }

            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            await connection.ReadUntilAsync("first\r\n");
            await connection.WriteAsync("2\r\nok\r\n");
            await connection.ReadUntilAsync("second\r\n0\r\n\r\n");
            await connection.WriteAsync("0\r\n\r\n");
            Assert.Equal("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", await connection.ReadHeadAsync());
            await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        using var client = new Http1Client();
        var content = new PushContent(async push =>
        {
            await push("first");
            await more.Task;
            await push("second");
        });

        using var response = await client.SendAsync(Http1Client.Request("POST", upstream.Port, content: content));
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[100];
        Assert.Equal(2, await body.ReadAsync(buffer, TestContext.Current.CancellationToken));
        more.SetResult();
        Assert.Equal(0, await body.ReadAsync(buffer, TestContext.Current.CancellationToken));

        // Both ended exactly, so the connection serves again: as soon as the upload's last write has returned.
        await Eventually.HoldsAsync(
            async () => (await client.GetAsync(upstream.Port)).Status == 204, "the connection is used again", TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno")]
    [InlineData("HTTP/1.1 413 Too Much\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n")]
    public async Task An_answer_that_ends_first_stops_the_upload_and_the_connection(string early)
    {
        var rest = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync(early);
            rest.TrySetResult((await connection.ReadToEndAsync()).Text);
        });
        using var client = new Http1Client();
        var stopped = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var content = new PushContent(async push =>
        {
            await push("first");
            await _never.Task;
        });

        var answer = await ReadAnswer.FromAsync(await client.SendAsync(Http1Client.Request("POST", upstream.Port, content: content)));

        Assert.Equal((413, "no"), (answer.Status, answer.Body));
        Assert.Equal("5\r\nfirst\r\n", await rest.Task);
        Assert.Equal(0, client.Slots.Held);
    }

    [Fact]
    public async Task An_answer_is_passed_on_when_the_upstream_stops_reading()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        });
        using var client = new Http1Client();
        var content = new PushContent(async push =>
        {
            while (true)
            {
                await push(new string('x', 100_000));
            }
        });

        using var response = await client.SendAsync(Http1Client.Request("POST", upstream.Port, content: content));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_source_that_never_waits_does_not_keep_the_answer_back()
    {
        var stream = new CannedStream(["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray()], endsAfter: false);
        using var client = Http1Client.For(stream);
        var content = new PushContent(async push =>
        {
            // Every write ends at once, so that this never gives its thread back by itself.
            while (true)
            {
                await push(new string('x', 1000));
            }
        });

        using var response = await client.SendAsync(Http1Client.Request("POST", 80, content: content));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_body_behind_Expect_waits_for_100()
    {
        var content = new PushContent(async push => await push("hello"));
        await using var upstream = new RawUpstream(async connection =>
        {
            Assert.Contains("Expect: 100-continue\r\n", await connection.ReadHeadAsync(), StringComparison.Ordinal);
            Assert.Equal(0, content.Started);
            await connection.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await connection.ReadUntilAsync("hello\r\n0\r\n\r\n");
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            await connection.ReadToEndAsync();
        });
        using var client = new Http1Client(time: new FakeTimeProvider());
        var request = Http1Client.Request("POST", upstream.Port, content: content);
        request.Headers.TryAddWithoutValidation("Expect", "100-continue");

        Assert.Equal("ok", (await ReadAnswer.FromAsync(await client.SendAsync(request))).Body);
        Assert.Equal(1, client.Slots.Held);
    }

    [Fact]
    public async Task A_body_behind_Expect_is_never_sent_when_the_answer_comes_instead()
    {
        var content = new PushContent(async push => await push("hello"));
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno");
            Assert.Equal("", (await connection.ReadToEndAsync()).Text);
        });
        var time = new FakeTimeProvider();
        using var client = new Http1Client(time: time);
        var request = Http1Client.Request("POST", upstream.Port, content: content);
        request.Headers.TryAddWithoutValidation("Expect", "100-continue");

        Assert.Equal("no", (await ReadAnswer.FromAsync(await client.SendAsync(request))).Body);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, content.Started);
        Assert.Equal(0, client.Slots.Held);
    }

    [Fact]
    public async Task A_body_behind_Expect_is_sent_after_a_quarter_of_a_second_without_100()
    {
        var headRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            headRead.SetResult();
            await connection.ReadUntilAsync("hello\r\n0\r\n\r\n");
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        var time = new FakeTimeProvider();
        using var client = new Http1Client(time: time);
        var content = new PushContent(async push => await push("hello"));
        var request = Http1Client.Request("POST", upstream.Port, content: content);
        request.Headers.TryAddWithoutValidation("Expect", "100-continue");

        var sending = client.SendAsync(request);
        await headRead.Task;
        Assert.Equal(0, content.Started);
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(250));
                return content.Started == 1;
            },
            "the body is sent",
            TestContext.Current.CancellationToken);
        Assert.Equal("ok", (await ReadAnswer.FromAsync(await sending)).Body);
    }
}
