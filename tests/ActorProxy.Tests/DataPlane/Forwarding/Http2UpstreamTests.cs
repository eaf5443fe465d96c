using System.Net;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

/// <summary>HTTP/2 on both sides, as gRPC uses it.</summary>
public sealed class Http2UpstreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_directions_stream_at_once_and_trailers_pass()
    {
        await using var upstream = await AppUpstream.StartAsync(EchoMessagesAsync, HttpProtocols.Http2);
        await using var front = await FrontAsync(upstream.Port);
        using var client = front.Client();
        var messages = new Pieces();

        using var response = await client.SendAsync(Grpc(messages), Stop);

        await using var body = await response.Content.ReadAsStreamAsync(Stop);
        foreach (var message in new[] { "first", "second" })
        {
            await messages.SendAsync(message);
            var echoed = new byte[message.Length];
            await body.ReadExactlyAsync(echoed, Stop);
            Assert.Equal(message, System.Text.Encoding.ASCII.GetString(echoed));
        }

        messages.End();
        Assert.Equal(0, await body.ReadAsync(new byte[1], Stop));
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.False(response.TrailingHeaders.Contains("Authorization"));
        Assert.False(response.TrailingHeaders.Contains("X-Forwarded-For"));
        Assert.Equal("trailers a.test", response.Headers.GetValues("x-seen").Single());
    }

    [Fact]
    public async Task An_answer_of_headers_and_trailers_alone_ends_the_stream()
    {
        await using var upstream = await AppUpstream.StartAsync(
            context =>
            {
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = "12";
                return Task.CompletedTask;
            },
            HttpProtocols.Http2);
        await using var front = await FrontAsync(upstream.Port);
        using var client = front.Client();
        var messages = new Pieces();

        using var response = await client.SendAsync(Grpc(messages), Stop);

        Assert.Equal("12", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("", await response.Content.ReadAsStringAsync(Stop));
        messages.End();
    }

    [Fact]
    public async Task Silence_ends_one_stream_and_leaves_the_others_of_its_connection_alone()
    {
        await using var upstream = await AppUpstream.StartAsync(EchoMessagesAsync, HttpProtocols.Http2);
        await using var front = await FrontAsync(upstream.Port, idleSecs: 2);
        using var client = front.Client();
        var lively = new Pieces();
        var silent = new Pieces();
        using var livelyResponse = await client.SendAsync(Grpc(lively), Stop);
        using var silentResponse = await client.SendAsync(Grpc(silent), Stop);
        await using var livelyBody = await livelyResponse.Content.ReadAsStreamAsync(Stop);
        await using var silentBody = await silentResponse.Content.ReadAsStreamAsync(Stop);
        var silence = silentBody.ReadAsync(new byte[1], Stop).AsTask();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));

        while (!silence.IsCompleted)
        {
            await pace.WaitForNextTickAsync(Stop);
            await lively.SendAsync("x");
            await livelyBody.ReadExactlyAsync(new byte[1], Stop);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => silence);
        await lively.SendAsync("x");
        await livelyBody.ReadExactlyAsync(new byte[1], Stop);
        lively.End();
        Assert.Equal(0, await livelyBody.ReadAsync(new byte[1], Stop));
    }

    [Fact]
    public async Task A_body_that_is_silent_before_the_answer_ends_its_stream_after_the_request_timeout()
    {
        await using var upstream = new RawUpstream(connection => connection.ReadToEndAsync());
        await using var front = await ProxyFront.StartAsync(
            TestRoutes.Site("a.test", upstream.Port) with { UpstreamRequestTimeoutSecs = 1 });
        using var client = front.Client();
        var messages = new Pieces();

        using var response = await client.SendAsync(Grpc(messages), Stop);

        Assert.Equal(HttpStatusCode.RequestTimeout, response.StatusCode);
        messages.End();
    }

    [Fact]
    public async Task An_upstream_that_answers_early_is_passed_on_while_the_upload_goes_on()
    {
        await using var upstream = await AppUpstream.StartAsync(
            async context =>
            {
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync("no", Stop);
            },
            HttpProtocols.Http2);
        await using var front = await FrontAsync(upstream.Port);
        using var client = front.Client();
        var pieces = new Pieces();
        var request = Grpc(pieces);
        request.Content!.Headers.ContentType = null;

        using var response = await client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("no", await response.Content.ReadAsStringAsync(Stop));
        pieces.End();
    }

    private static Task<ProxyFront> FrontAsync(int port, int idleSecs = 600) => ProxyFront.StartAsync(
        TestRoutes.Site("a.test", port).Speaking(HttpProtocols.Http2) with { UpstreamStreamIdleTimeoutSecs = idleSecs });

    private static HttpRequestMessage Grpc(Pieces messages)
    {
        var request = TestMessages.Make(HttpMethod.Post, "a.test", "/service/method", HttpVersion.Version20);
        request.Content = messages.Content;
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        return request;
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["x-seen"] = $"{context.Request.Headers.TE} {context.Request.Host}";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.StartAsync(Stop);
        await context.Response.Body.FlushAsync(Stop);
        var buffer = new byte[1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, Stop)) > 0;)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), Stop);
        }

        context.Response.AppendTrailer("grpc-status", "0");
        context.Response.AppendTrailer("Authorization", "x");
        context.Response.AppendTrailer("X-Forwarded-For", "6.6.6.6");
    }
}
