using System.Text;
using System.Text.RegularExpressions;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>The guard before a real Kestrel, over real sockets.</summary>
public sealed partial class KestrelTests
{
    private const string Host = "Host: a.example\r\n";
    private const string Chunked = $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n";
    private const string Upgrade = $"GET /ws HTTP/1.1\r\n{Host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bad_head_behind_good_requests_is_answered_after_them_and_the_connection_ends(bool tls)
    {
        await using var server = await GuardedServer.StartAsync(EchoAsync, tls);
        using var client = await server.ConnectAsync();

        await client.SendAsync(
            $"GET /1 HTTP/1.1\r\n{Host}\r\nPOST /2 HTTP/1.1\r\n{Host}Content-Length: 2\r\n\r\nhi"
            + $"POST /3 HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n2\r\nho\r\n0\r\nX-Sum: 1\r\n\r\n"
            + $"GET /4 HTTP/1.1\r\n{Host}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx");

        await client.ReadThroughAsync("\r\n\r\nGET /1 []");
        await client.ReadThroughAsync("\r\n\r\nPOST /2 [hi]");
        await client.ReadThroughAsync("\r\n\r\nPOST /3 [ho] X-Sum=1");
        Assert.Equal(Answers.Of(400), WithoutDate(await client.ReadToEndAsync()));
        Assert.Equal("GET a.example /4 400", Assert.Single(server.Log.Requests));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_answer_reaches_a_client_that_goes_on_sending(bool tls)
    {
        await using var server = await GuardedServer.StartAsync(EchoAsync, tls);
        using var client = await server.ConnectAsync();

        await client.SendAsync($"POST / HTTP/1.1\r\n{Host}Content-Length: +8000000\r\n\r\n");
        for (var sent = 0; sent < 8_000_000; sent += 100_000)
        {
            await client.SendAsync(new string('x', 100_000));
        }

        Assert.Equal(Answers.Of(400), WithoutDate(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task A_bad_chunk_fails_the_read_and_the_request_can_still_be_answered()
    {
        await using var server = await GuardedServer.StartAsync(AnswerMalformedAsync);
        using var client = await server.ConnectAsync();

        await client.SendAsync(Chunked + "2\r\nhi\r\n");
        await client.SendAsync("2\nho\r\n0\r\n\r\n" + Chunked + "0\r\n\r\n");

        Assert.EndsWith("\r\n\r\n400 after hi", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_bad_chunk_that_no_application_reads_ends_the_connection_after_the_answer()
    {
        await using var server = await GuardedServer.StartAsync(context => context.Response.WriteAsync("unread"));
        using var client = await server.ConnectAsync();

        await client.SendAsync(Chunked + "2\r\nhi\r\nx\r\n\r\n" + Chunked + "0\r\n\r\n");

        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        Assert.Single(Regex.Matches(answer, "HTTP/1.1"));
    }

    [Fact]
    public async Task A_bad_trailer_is_no_clean_end_either()
    {
        await using var server = await GuardedServer.StartAsync(AnswerMalformedAsync);
        using var client = await server.ConnectAsync();

        await client.SendAsync(Chunked + "2\r\nhi\r\n0\r\nX : y\r\n\r\n");

        Assert.EndsWith("\r\n\r\n400 after hi", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Expect_100_continue_is_answered_before_the_body_comes()
    {
        await using var server = await GuardedServer.StartAsync(EchoAsync);
        using var client = await server.ConnectAsync();

        await client.SendAsync($"POST / HTTP/1.1\r\n{Host}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadThroughAsync("\r\n\r\n"));
        await client.SendAsync("hi");

        await client.ReadThroughAsync("POST / [hi]");
    }

    [Fact]
    public async Task A_slow_head_is_answered_with_408_when_the_clock_runs_out()
    {
        await using var server = await GuardedServer.StartAsync(EchoAsync, tls: true);
        using var client = await server.ConnectAsync();
        await client.SendAsync($"GET /1 HTTP/1.1\r\n{Host}\r\n");
        await client.ReadThroughAsync("]");
        await client.SendAsync("GET /slow HTTP/1.1\r\n");
        await Eventually.HoldsAsync(() => server.Guard!.HeadIncomplete, "a part of the head was read", TestContext.Current.CancellationToken);

        await server.Guard!.AnswerTimeoutAsync();

        Assert.Equal(Answers.Of(408), WithoutDate(await client.ReadToEndAsync()));
        Assert.Equal("GET - /slow 408", Assert.Single(server.Log.Requests));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_an_accepted_upgrade_everything_passes_the_first_frame_too(bool tls)
    {
        await using var server = await GuardedServer.StartAsync(AcceptUpgradeAsync, tls);
        using var client = await server.ConnectAsync();

        await client.SendAsync(Upgrade + "\0first\n");
        await client.ReadThroughAsync("\r\n\r\n\0first\n");
        await client.SendAsync("\r\n\u00ffsecond");
        await client.ReadThroughAsync("\r\n\u00ffsecond");
    }

    [Fact]
    public async Task After_a_refused_upgrade_nothing_of_what_was_held_is_read_as_a_request()
    {
        await using var server = await GuardedServer.StartAsync(EchoAsync);
        using var client = await server.ConnectAsync();

        await client.SendAsync(Upgrade + $"GET /smuggled HTTP/1.1\r\n{Host}\r\n");

        var answer = await client.ReadToEndAsync();
        Assert.Contains("\r\nConnection: close\r\n", answer);
        Assert.EndsWith("\r\n\r\nGET /ws []", answer);
    }

    [Fact]
    public async Task A_large_upload_passes_whole_and_the_connection_lives_on()
    {
        await using var server = await GuardedServer.StartAsync(CountAsync, tls: true);
        using var client = await server.ConnectAsync();

        await client.SendAsync($"POST / HTTP/1.1\r\n{Host}Content-Length: 3000000\r\n\r\n" + new string('x', 3_000_000));
        await client.ReadThroughAsync("bytes: 3000000;");
        await client.SendAsync(Chunked);
        for (var chunk = 0; chunk < 30; chunk++)
        {
            await client.SendAsync("186A0\r\n" + new string('x', 100_000) + "\r\n");
        }

        await client.SendAsync("0\r\n\r\n" + $"GET / HTTP/1.1\r\n{Host}\r\n");
        await client.ReadThroughAsync("bytes: 3000000;");
        await client.ReadThroughAsync("bytes: 0;");
    }

    private static async Task EchoAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<Http1GuardState>().Announce(context.Response);
        using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var trailers = context.Features.GetRequiredFeature<IHttpRequestTrailersFeature>();
        var sum = trailers.Available && trailers.Trailers.TryGetValue("X-Sum", out var value) ? $" X-Sum={value}" : "";
        await WriteAsync(context, $"{context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget} [{body}]{sum}");
    }

    private static async Task AnswerMalformedAsync(HttpContext context)
    {
        var body = new StringBuilder();
        try
        {
            var buffer = new byte[100];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
            {
                body.Append(Encoding.Latin1.GetString(buffer.AsSpan(0, read)));
            }

            await WriteAsync(context, "a clean end");
        }
        catch (MalformedRequestException)
        {
            context.Response.StatusCode = 400;
            context.Response.Headers.Connection = "close";
            await WriteAsync(context, $"400 after {body}");
        }
    }

    private static async Task CountAsync(HttpContext context)
    {
        var (buffer, count) = (new byte[100_000], 0L);
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            count += read;
        }

        await WriteAsync(context, $"bytes: {count};");
    }

    private static async Task AcceptUpgradeAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<Http1GuardState>().Announce(context.Response);
        await using var tunnel = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        context.Features.GetRequiredFeature<Http1GuardState>().SwitchToPassthrough();
        await tunnel.CopyToAsync(tunnel, context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, string text)
    {
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text, Encoding.Latin1);
    }

    private static string WithoutDate(string answer) => Date().Replace(answer, "Date: Mon, 23 Nov 2026 10:00:00 GMT");

    [GeneratedRegex("Date: [^\r]+")]
    private static partial Regex Date();
}
