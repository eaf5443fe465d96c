using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

/// <summary>What an upstream sees of a request, byte by byte.</summary>
public sealed class ForwardedRequestTests
{
    public static TheoryData<string, string> Targets { get; } = new()
    {
        { "/a%2Fb/../c?x=%00&y=/../", "/a%2Fb/../c?x=%00&y=/../" },
        { "//double//slash", "//double//slash" },
        { "/.", "/." },
        { "/%41%61%zz%", "/%41%61%zz%" },
        { "/a\\b|{}\"<>^`", "/a\\b|{}\"<>^`" },
        { "/?", "/?" },
        { "/a?b?c=d&&;", "/a?b?c=d&&;" },
        { "/:8080/@host", "/:8080/@host" },
        { "http://a.test/x/../y?q", "/x/../y?q" },
        { "http://a.test?q", "/?q" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_target_arrives_byte_for_byte(string target, string expected)
    {
        var head = await ForwardAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.StartsWith($"GET {expected} HTTP/1.1\r\n", head);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_target_arrives_byte_for_byte_over_http2(string target, string expected)
    {
        await using var upstream = await AppUpstream.StartAsync(
            context => context.Response.WriteAsync(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget), HttpProtocols.Http2);
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port).Speaking(HttpProtocols.Http2));
        await using var client = await front.RawAsync();

        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");

        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.Contains($"\r\n{expected}\r\n", answer);
    }

    [Fact]
    public async Task The_longest_target_arrives_whole()
    {
        var target = "/" + new string('x', (8 * 1024) - 1);

        Assert.StartsWith($"GET {target} HTTP/1.1\r\n", await ForwardAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n\r\n"));
    }

    [Theory]
    [InlineData("A.Test:8443")]
    [InlineData("a.test.")]
    [InlineData("a.test")]
    public async Task Host_arrives_as_the_client_sent_it(string host)
    {
        Assert.Equal([host], Values(await ForwardAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), "Host"));
    }

    [Fact]
    public async Task The_peers_address_replaces_whatever_the_client_claims()
    {
        var head = await ForwardAsync(
            "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nX-Forwarded-Proto: http\r\n"
            + "Forwarded: for=6.6.6.6\r\nX-Forwarded-Host: evil\r\nx-forwarded-anything: 1\r\nX_Forwarded_For: 6.6.6.6\r\n"
            + "X-Real_IP: 6.6.6.6\r\nConnection: X-Real-IP, X-Forwarded-For, X-Forwarded-Proto, Host\r\n\r\n");

        Assert.Equal(["127.0.0.1"], Values(head, "X-Forwarded-For"));
        Assert.Equal(["127.0.0.1"], Values(head, "X-Real-IP"));
        Assert.Equal(["https"], Values(head, "X-Forwarded-Proto"));
        Assert.Equal(["a.test"], Values(head, "Host"));
        Assert.DoesNotContain("evil", head);
        Assert.DoesNotContain("6.6.6.6", head);
        Assert.DoesNotContain("anything", head);
    }

    [Fact]
    public async Task Hop_by_hop_fields_and_what_connection_names_stay_here()
    {
        var head = await ForwardAsync(
            "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, X-Secret\r\nConnection: x-other\r\nKeep-Alive: 5\r\nTE: trailers\r\n"
            + "Proxy-Connection: x\r\nProxy-Authorization: y\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nProxy: evil\r\n"
            + "X-Secret: 1\r\nX-Other: 2\r\nX-Kept: 3\r\nContent_Length: 5\r\nTransfer_Encoding: chunked\r\n"
            + "Upgrade-Insecure-Requests: 1\r\n\r\n");

        var names = head.Split("\r\n")[1..^2].Select(line => line[..line.IndexOf(':')]).Order(StringComparer.OrdinalIgnoreCase);
        Assert.Equal(["Host", "Upgrade-Insecure-Requests", "X-Forwarded-For", "X-Forwarded-Proto", "X-Kept", "X-Real-IP"], names);
    }

    [Fact]
    public async Task Connection_can_not_remove_the_length()
    {
        var head = await ForwardAsync("POST / HTTP/1.1\r\nHost: a.test\r\nConnection: Content-Length\r\nContent-Length: 3\r\n\r\nabc");

        Assert.Equal(["3"], Values(head, "Content-Length"));
        Assert.Empty(Values(head, "Transfer-Encoding"));
    }

    [Fact]
    public async Task Bytes_from_0x80_up_and_empty_values_pass_unchanged()
    {
        var head = await ForwardAsync("GET / HTTP/1.1\r\nHost: a.test\r\nX-Latin: caf\u00e9 \u00ff\u0080\r\nX-Empty:\r\nX-Tab: a\tb\r\n\r\n");

        Assert.Equal(["caf\u00e9 \u00ff\u0080"], Values(head, "X-Latin"));
        Assert.Equal([""], Values(head, "X-Empty"));
        Assert.Equal(["a\tb"], Values(head, "X-Tab"));
    }

    [Fact]
    public async Task Values_of_one_name_keep_their_order()
    {
        var head = await ForwardAsync("GET / HTTP/1.1\r\nHost: a.test\r\nX-Many: 1\r\nX-Other: x\r\nX-Many: 3, 4\r\nX-Many: 2\r\n\r\n");

        Assert.Equal("1, 3, 4, 2", string.Join(", ", Values(head, "X-Many")));
    }

    [Theory]
    [InlineData("PROPFIND")]
    [InlineData("M!#$%&'*+-.^_`|~1")]
    public async Task Any_method_passes(string method)
    {
        Assert.StartsWith($"{method} / HTTP/1.1\r\n", await ForwardAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\n\r\n"));
    }

    [Fact]
    public async Task A_get_with_a_content_type_keeps_it()
    {
        var head = await ForwardAsync("GET / HTTP/1.1\r\nHost: a.test\r\nContent-Type: text/x\r\n\r\n");

        Assert.Equal(["text/x"], Values(head, "Content-Type"));
        Assert.Empty(Values(head, "Transfer-Encoding"));
    }

    [Fact]
    public async Task A_get_without_a_body_is_not_given_one()
    {
        var head = await ForwardAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Empty(Values(head, "Transfer-Encoding"));
        Assert.Empty(Values(head, "Content-Length"));
    }

    private static async Task<string> ForwardAsync(string request)
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            seen.SetResult(await connection.ReadHeadAsync());
            await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();

        await client.SendAsync(request);

        Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
        return await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Values(string head, string name) => head.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].TrimStart(' '));
}
