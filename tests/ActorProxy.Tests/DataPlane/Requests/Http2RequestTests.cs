using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Requests;

/// <summary>What is refused over HTTP/2: by a 400, a stream error or a connection error, and never seen by an upstream.</summary>
public sealed class Http2RequestTests
{
    private static readonly string[] Refused = ["400 Bad Request", "reset", "goaway"];

    public static TheoryData<string, string> BadFields => new()
    {
        { "x-a", "a\u0001b" },
        { "x-a", "a\u007fb" },
        { "x-a", "a\rb" },
        { "x-a", "a\nb" },
        { "x-a", "a\0b" },
        { "x-a", " a" },
        { "x-a", "a\t" },
        { "x a", "1" },
        { "x:a", "1" },
        { "x(a", "1" },
        { "X-Upper", "1" },
        { "transfer-encoding", "chunked" },
        { "connection", "close" },
        { "keep-alive", "5" },
        { "proxy-connection", "close" },
        { "upgrade", "websocket" },
        { "te", "gzip" },
    };

    public static TheoryData<string, string> BadPseudoFields => new()
    {
        { ":scheme", "ftp" },
        { ":scheme", "" },
        { ":method", "G T" },
        { ":method", "" },
        { ":path", "" },
        { ":path", "a" },
        { ":path", "*" },
        { ":path", "/a b" },
        { ":path", "/a#b" },
        { ":path", "/a\u007f" },
        { ":path", "/a\u0080" },
        { ":path", "/a%00b" },
        { ":authority", "" },
        { ":authority", "user@a.test" },
        { ":authority", "a.test/x" },
        { ":authority", "a.test,b.test" },
        { ":authority", "a.test:99999" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_bad_field_is_refused(string name, string value) =>
        await AssertRefusedAsync([.. Http2RawClient.Get(), (name, value)]);

    [Theory]
    [MemberData(nameof(BadPseudoFields))]
    public async Task A_bad_pseudo_field_is_refused(string name, string value) =>
        await AssertRefusedAsync(Http2RawClient.Get().Select(field => field.Name == name ? (name, value) : field));

    [Fact]
    public async Task Without_an_authority_nothing_is_asked() =>
        await AssertRefusedAsync(Http2RawClient.Get().Where(field => field.Name != ":authority"));

    [Fact]
    public async Task Authority_wins_over_host_and_is_all_that_the_upstream_sees()
    {
        var (answer, head) = await AskAsync([.. Http2RawClient.Get(), ("host", "evil.test"), ("cookie", "a=1"), ("cookie", "b=2")]);

        Assert.Equal("204", answer);
        Assert.Contains("\r\nHost: a.test\r\n", head);
        Assert.DoesNotContain("evil", head);
        Assert.Contains("ookie: a=1; b=2\r\n", head);
    }

    [Fact]
    public async Task A_host_field_serves_when_there_is_no_authority()
    {
        var (answer, head) = await AskAsync([(":method", "GET"), (":scheme", "https"), (":path", "/"), ("host", "a.test")]);

        Assert.Equal("204", answer);
        Assert.Contains("\r\nHost: a.test\r\n", head);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Either_scheme_is_served_and_told_as_https(string scheme)
    {
        var (answer, head) = await AskAsync([(":method", "GET"), (":scheme", scheme), (":authority", "a.test"), (":path", "/a%2Fb/../c?x")]);

        Assert.Equal("204", answer);
        Assert.StartsWith("GET /a%2Fb/../c?x HTTP/1.1\r\n", head);
        Assert.Contains("X-Forwarded-Proto: https\r\n", head);
    }

    [Fact]
    public async Task Too_many_fields_are_431_and_too_long_a_target_is_414()
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);
        var many = Enumerable.Range(0, 100).Select(number => ($"x-{number}", "1"));

        Assert.Equal("431 Request Header Fields Too Large", await client.AskAsync([.. Http2RawClient.Get(), .. many]));
        Assert.Equal("414 URI Too Long", await client.AskAsync(Http2RawClient.Get(path: "/" + new string('a', 8 * 1024))));
        Assert.Equal("414 URI Too Long", await client.AskAsync(Http2RawClient.Get(path: "/" + new string('a', 60 * 1024))));
        Assert.Equal(
            "431 Request Header Fields Too Large", await client.AskAsync([.. Http2RawClient.Get(), ("x-large", new string('a', 63 * 1024))]));
        Assert.Equal("404 Not Found", await client.AskAsync(Http2RawClient.Get(path: "/" + new string('a', (8 * 1024) - 1))));
    }

    [Fact]
    public async Task Trace_and_connect_are_refused_by_their_method()
    {
        await using var front = await ProxyFront.StartAsync();
        await using var client = await Http2RawClient.ConnectAsync(front);

        Assert.Equal("405 Method Not Allowed", await client.AskAsync([(":method", "TRACE"), .. Http2RawClient.Get().Skip(1)]));
        Assert.Equal("405 Method Not Allowed", await client.AskAsync([(":method", "CONNECT"), (":authority", "a.test:443")]));
        Assert.Equal(
            "405 Method Not Allowed",
            await client.AskAsync([(":method", "CONNECT"), (":protocol", "connect-ip"), .. Http2RawClient.Get().Skip(1)]));
    }

    [Fact]
    public async Task Malformed_requests_take_no_token_and_have_their_line()
    {
        await using var front = await ProxyFront.StartAsync(TestRoutes.Config(TestRoutes.Listener()) with { RateLimit = new RateLimit(1, 1) });
        await using var client = await Http2RawClient.ConnectAsync(front);

        for (var count = 0; count < 3; count++)
        {
            Assert.Equal("400 Bad Request", await client.AskAsync([.. Http2RawClient.Get(), ("x-a", "a\u0001b")]));
        }

        Assert.Equal("404 Not Found", await client.AskAsync(Http2RawClient.Get()));
        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 4, "four lines", TestContext.Current.CancellationToken);
        Assert.EndsWith(" GET / 400 -", front.Log.Requests[0]);
    }

    [Fact]
    public async Task The_line_of_a_refused_request_names_its_host()
    {
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", FreePorts.Take(1)[0]));
        await using var client = await Http2RawClient.ConnectAsync(front);
        var many = Enumerable.Range(0, 100).Select(number => ($"x-{number}", "1"));

        await client.AskAsync([.. Http2RawClient.Get(), .. many]);
        await client.AskAsync([.. Http2RawClient.Get(), ("x-a", "a ")]);

        await Eventually.HoldsAsync(() => front.Log.Requests.Count == 2, "two lines", TestContext.Current.CancellationToken);
        Assert.Equal(["REQUEST a.test GET / 431 -", "REQUEST a.test GET / 400 -"], front.Log.Requests);
    }

    private static async Task AssertRefusedAsync(IEnumerable<(string Name, string Value)> fields)
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);

        Assert.Contains(await client.AskAsync(fields), Refused);
        Assert.Equal(0, upstream.Accepted);
    }

    private static async Task<(string Answer, string Head)> AskAsync(IEnumerable<(string Name, string Value)> fields)
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            seen.SetResult(await connection.ReadHeadAsync());
            await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await Http2RawClient.ConnectAsync(front);
        return (await client.AskAsync(fields), await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }
}
