using System.Net;
using System.Text;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class RequestTests
{
    private const string NoBody = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task Fields_and_target_are_written_as_they_came()
    {
        var request = Http1Client.Request("GET", 80, "/a%2Fb/../%zz;c?q=[1]&&x='");
        request.Headers.TryAddWithoutValidation("User-Agent", "odd (agent");
        request.Headers.TryAddWithoutValidation("X-Two", "1");
        request.Headers.TryAddWithoutValidation("x-two", "2, 3");
        request.Headers.TryAddWithoutValidation("Accept", "text/html ;q=0.5,*/*");
        request.Headers.TryAddWithoutValidation("X-Bytes", "\u0080\u00e4\u00ff");
        request.Headers.TryAddWithoutValidation("X-Empty", "");

        Assert.Equal(
            "GET /a%2Fb/../%zz;c?q=[1]&&x=' HTTP/1.1\r\nHost: a.test\r\nUser-Agent: odd (agent\r\nX-Two: 1\r\nX-Two: 2, 3\r\n"
            + "Accept: text/html ;q=0.5,*/*\r\nX-Bytes: \u0080\u00e4\u00ff\r\nX-Empty: \r\n\r\n",
            await WrittenAsync(request));
    }

    [Fact]
    public async Task The_raw_target_goes_before_the_address_and_Host_is_made_from_it_when_missing()
    {
        var request = Http1Client.Request("OPTIONS", 8080);
        request.Headers.Clear();
        request.Options.Set(UpstreamRequest.RawTarget, "*");

        Assert.Equal("OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", await WrittenAsync(request));
    }

    [Fact]
    public async Task A_body_of_known_length_goes_out_with_its_length()
    {
        Assert.Equal(
            "PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello",
            await WrittenAsync(Http1Client.Request("PUT", 80, content: Http1Client.Content("hello"))));
    }

    [Fact]
    public async Task An_empty_body_is_told_by_its_length_alone()
    {
        Assert.Equal(
            "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
            await WrittenAsync(Http1Client.Request("POST", 80, content: Http1Client.Content(""))));
    }

    [Fact]
    public async Task A_body_of_unknown_length_goes_out_in_chunks_and_with_its_trailers()
    {
        var request = Http1Client.Request("POST", 80, content: new PushContent(async push =>
        {
            await push("hello");
            await push(new string('x', 70_000));
        })
        {
            Trailers = [new("X-Sum", new(["1", "2"])), new("Y", "z")],
        });
        request.Headers.TryAddWithoutValidation("Transfer-Encoding", "chunked");

        Assert.Equal(
            "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n11170\r\n" + new string('x', 70_000)
            + "\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\nY: z\r\n\r\n",
            await WrittenAsync(request));
    }

    [Fact]
    public async Task An_empty_body_of_unknown_length_is_one_last_chunk()
    {
        Assert.Equal(
            "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            await WrittenAsync(Http1Client.Request("POST", 80, content: new PushContent(_ => Task.CompletedTask))));
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("\u0100")]
    public async Task A_field_that_would_change_its_meaning_is_not_sent(string value)
    {
        var stream = new CannedStream([Encoding.Latin1.GetBytes(NoBody)], endsAfter: false);
        using var client = Http1Client.For(stream);
        var request = Http1Client.Request("GET", 80);
        request.Headers.TryAddWithoutValidation("X", value);

        var exception = await Assert.ThrowsAsync<UpstreamException>(() => client.SendAsync(request));

        Assert.Equal(UpstreamFailureKind.InvalidRequest, exception.Kind);
        Assert.Equal("", stream.Written);
    }

    [Theory]
    [InlineData("/a b")]
    [InlineData("/a\r\nX: y")]
    [InlineData("/\u00e4")]
    [InlineData("")]
    public async Task A_target_that_would_end_early_is_not_sent(string target)
    {
        var stream = new CannedStream([Encoding.Latin1.GetBytes(NoBody)], endsAfter: false);
        using var client = Http1Client.For(stream);
        var request = Http1Client.Request("GET", 80);
        request.Options.Set(UpstreamRequest.RawTarget, target);

        await Assert.ThrowsAsync<UpstreamException>(() => client.SendAsync(request));

        Assert.Equal("", stream.Written);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public async Task A_body_that_contradicts_its_length_is_broken_off(int promised)
    {
        var content = new PushContent(async push => await push("hello"));
        content.Headers.ContentLength = promised;
        using var client = Http1Client.For(new CannedStream([], endsAfter: false));

        var exception = await Assert.ThrowsAsync<UpstreamException>(() => client.SendAsync(Http1Client.Request("POST", 80, content: content)));

        Assert.Equal(UpstreamFailureKind.RequestBody, exception.Kind);
        Assert.Equal(0, client.Slots.Held);
    }

    [Fact]
    public async Task A_body_that_fails_never_ends_cleanly()
    {
        var rest = new TaskCompletionSource<(string, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            rest.SetResult(await connection.ReadToEndAsync());
        });
        using var client = new Http1Client();
        var content = new PushContent(async push =>
        {
            await push("hello");
            throw new IOException("the client left");
        });

        var exception = await Assert.ThrowsAsync<UpstreamException>(
            () => client.SendAsync(Http1Client.Request("POST", upstream.Port, content: content)));

        Assert.Equal(UpstreamFailureKind.RequestBody, exception.Kind);
        Assert.Equal("5\r\nhello\r\n", (await rest.Task).Item1);
    }

    [Fact]
    public async Task Each_write_of_an_upload_arrives_before_the_next_is_made()
    {
        var arrived = new SemaphoreSlim(0);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            arrived.Release();
            foreach (var part in (string[])["1\r\na\r\n", "2\r\nbc\r\n"])
            {
                await connection.ReadUntilAsync(part);
                arrived.Release();
            }

            await connection.ReadUntilAsync("0\r\n\r\n");
            await connection.WriteAsync(NoBody);
        });
        using var client = new Http1Client();
        var content = new PushContent(async push =>
        {
            Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
            await push("a");
            Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
            await push("bc");
            Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        });

        var answer = await client.SendAsync(Http1Client.Request("POST", upstream.Port, content: content));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<string> WrittenAsync(HttpRequestMessage request)
    {
        var stream = new CannedStream([Encoding.Latin1.GetBytes(NoBody)], endsAfter: false);
        using var client = Http1Client.For(stream);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.HoldsAsync(() => client.Slots.Held == (stream.IsDisposed ? 0 : 1), "the exchange ends", TestContext.Current.CancellationToken);
        return stream.Written;
    }
}
