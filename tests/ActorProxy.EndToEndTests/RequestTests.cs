using System.Globalization;
using System.Net;
using System.Text;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class RequestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Method_target_headers_and_body_reach_the_upstream_as_the_contract_says(string version)
    {
        await using var upstream = await TestUpstream.StartAsync(Describe);
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var client = proxy.Client(Version.Parse(version));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(
            $"https://{RunningProxy.Host}/a%2Fb/../c//d?x=%2f&y", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Content = new StringContent("body"),
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        request.Headers.Add("X_Forwarded_For", "6.6.6.6");
        request.Headers.Add("X-Forwarded-Host", "evil");
        request.Headers.Add("Forwarded", "for=6.6.6.6");
        request.Headers.Add("Proxy", "evil");

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Server"));
        Assert.Equal(
            [
                "POST /a%2Fb/../c//d?x=%2f&y",
                $"Host: {RunningProxy.Host}",
                "X-Real-IP: 127.0.0.1",
                "X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-Proto: https",
                "body",
            ],
            (await response.Content.ReadAsStringAsync(Ct)).Split('\n'));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n", "404 Not Found", "Not Found")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: site.test\r\n\r\n", "405 Method Not Allowed", "Method Not Allowed")]
    [InlineData("CONNECT site.test:443 HTTP/1.1\r\nHost: site.test:443\r\n\r\n", "405 Method Not Allowed", "Method Not Allowed")]
    [InlineData("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 11\r\n\r\n", "413 ", "Payload Too Large")]
    [InlineData("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: +5\r\n\r\nhello", "400 Bad Request", "Bad Request")]
    [InlineData("POST / HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost: site.test\r\nX: a\rb\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET / HTTP/1.1\nHost: site.test\n\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost : site.test\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost: site.test\r\nX: a\r\n b\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost: user@site.test\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: site.test\r\n\r\n", "400 Bad Request", "Bad Request")]
    [InlineData("GET https://other.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n", "400 Bad Request", "Bad Request")]
    public async Task A_request_that_is_refused_gets_its_row_of_the_table_and_one_line_and_reaches_no_upstream(string head, string status, string body)
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { BodyLimit = 10 });
        await using var stream = await proxy.ConnectTlsAsync(Ct);

        await RawHttp.SendAsync(stream, head, Ct);
        var answer = await RawHttp.ReadAsync(stream, Ct);

        Assert.StartsWith($"HTTP/1.1 {status}", answer.Head, StringComparison.Ordinal);
        Assert.Equal(body, answer.Body);
        Assert.Contains("content-type: text/plain; charset=utf-8", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($" status={status[..3]} upstream=- ", await proxy.Process.LineAsync(" REQUEST ", Ct), StringComparison.Ordinal);
        Assert.Equal(0, upstream.Requests);
    }

    [Fact]
    public async Task A_target_and_a_head_that_are_too_long_get_414_and_431()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        foreach (var (head, status) in new[]
        {
            ($"GET /{new string('a', 8192)} HTTP/1.1\r\nHost: site.test\r\n\r\n", "414"),
            ($"GET / HTTP/1.1\r\nHost: site.test\r\nX: {new string('a', 33 * 1024)}\r\n\r\n", "431"),
            ($"GET / HTTP/1.1\r\nHost: site.test\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i.ToString(CultureInfo.InvariantCulture)}: a\r\n"))}\r\n", "431"),
        })
        {
            await using var stream = await proxy.ConnectTlsAsync(Ct);
            await RawHttp.SendAsync(stream, head, Ct);
            Assert.StartsWith($"HTTP/1.1 {status} ", (await RawHttp.ReadAsync(stream, Ct)).Head, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_chunked_body_over_the_limit_gets_413()
    {
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await context.Response.WriteAsync("a");
        });
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { BodyLimit = 10 });
        await using var stream = await proxy.ConnectTlsAsync(Ct);

        await RawHttp.SendAsync(stream, "POST / HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n", Ct);

        var answer = await RawHttp.ReadAsync(stream, Ct);
        Assert.StartsWith("HTTP/1.1 413 ", answer.Head, StringComparison.Ordinal);
        Assert.Equal("Payload Too Large", answer.Body);
    }

    [Fact]
    public async Task A_refused_upstream_is_502_and_a_silent_one_504()
    {
        var port = FreePorts.Take(1)[0];
        await using var silent = await TestUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var proxy = await RunningProxy.StartAsync(
            [new SiteText("refused.test", $"127.0.0.1:{port}"), new SiteText("silent.test", silent.Address, "upstream_request_timeout_secs = 1")], Ct);

        foreach (var (host, status, body) in new[] { ("refused.test", 502, "Bad Gateway"), ("silent.test", 504, "Gateway Timeout") })
        {
            using var client = proxy.Client();
            using var response = await client.GetAsync(new Uri($"https://{host}/"), Ct);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(body, await response.Content.ReadAsStringAsync(Ct));
        }

        Assert.Contains("error=connection_refused", await proxy.Process.LineAsync(" UPSTREAM_ERROR ", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_redirect_keeps_the_target_and_knows_only_the_sites()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        foreach (var (host, status, location) in new[] { ("SITE.test.", 301, $"https://site.test:{proxy.HttpsPort}/a%2Fb?c"), ("unknown.test", 404, null) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{proxy.HttpPort}/a%2Fb?c");
            request.Headers.Host = host;
            using var response = await client.SendAsync(request, Ct);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(location, response.Headers.TryGetValues("Location", out var values) ? values.Single() : null);
        }
    }

    [Fact]
    public async Task The_rate_limit_counts_the_peer_whatever_it_claims_to_be()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { RequestsPerSecond = 1, Burst = 3 });
        using var client = proxy.Client();
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add("X-Forwarded-For", $"10.0.0.{i.ToString(CultureInfo.InvariantCulture)}");
            using var response = await client.SendAsync(request, Ct);
            statuses.Add((int)response.StatusCode);
            Assert.Equal((int)response.StatusCode == 429, response.Headers.RetryAfter is not null);
        }

        Assert.Equal([200, 200, 200], statuses[..3]);
        Assert.Contains(429, statuses);
        await proxy.Process.LineAsync(" WARN RATE_LIMIT client_ip=127.0.0.1 host=site.test path=/ status=429", Ct);
        await proxy.Process.LineAsync(" status=429 upstream=- ", Ct);
    }

    [Fact]
    public async Task Server_sent_events_show_their_headers_before_the_first_event()
    {
        var release = new TaskCompletionSource();
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            await release.Task;
            await context.Response.WriteAsync("data: 1\n\n");
        });
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var client = proxy.Client(HttpVersion.Version20);

        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Ct);
        release.SetResult();

        Assert.Equal("data: 1\n\n", await response.Content.ReadAsStringAsync(Ct));
    }

    private static async Task Describe(HttpContext context)
    {
        var text = new StringBuilder()
            .Append(context.Request.Method).Append(' ').Append(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget).Append('\n');
        foreach (var name in new[] { "Host", "X-Real-IP", "X-Forwarded-For", "X_Forwarded_For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Proxy" })
        {
            if (context.Request.Headers.TryGetValue(name, out var values))
            {
                text.Append(name).Append(": ").Append(values).Append('\n');
            }
        }

        context.Response.Headers.Server = "upstream";
        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync(text + await reader.ReadToEndAsync(context.RequestAborted));
    }
}
