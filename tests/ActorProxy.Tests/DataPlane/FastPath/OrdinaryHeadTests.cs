using System.Text;
using ActorProxy.DataPlane.FastPath;
using ActorProxy.DataPlane.Forwarding.Http1;
using Xunit;

namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>Which heads are ordinary, and what the upstream gets of them.</summary>
public sealed class OrdinaryHeadTests
{
    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("HEADER / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("get / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\nHost: a\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: \r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nConnection: cookie\r\nCookie: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: cookie\r\nConnection: close\r\nCookie: a\r\n\r\n")]
    public void What_asks_for_anything_else_is_left_to_the_general_path(string head)
    {
        var upstream = default(WriteBuffer);

        Assert.False(OrdinaryHead.TryForward(Encoding.Latin1.GetBytes(head), default, ref upstream, out _));

        upstream.Clear();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Connection: keep-alive\r\nKeep-Alive: x\r\nProxy-Connection: x\r\nProxy-Authorization: x\r\nHTTP2-Settings: x\r\n", "")]
    [InlineData("X-Forwarded-For: x\r\nx-forwarded-HOST: x\r\nForwarded: x\r\nX-Real-IP: x\r\nProxy: x\r\n", "")]
    [InlineData("X_Forwarded_For: x\r\nX-Real_IP: x\r\nContent_Length: 1\r\nTransfer_Encoding: x\r\nproxy_connection: x\r\n", "")]
    [InlineData("B:\t2 \r\na: \u00e4\r\nb:1\r\nX-Content-Length: 3\r\nEmpty:\r\n", "B: 2\r\na: \u00e4\r\nb: 1\r\nX-Content-Length: 3\r\nEmpty: \r\n")]
    public void The_upstream_gets_the_rest_in_its_order(string fields, string passed)
    {
        var upstream = default(WriteBuffer);
        var head = Encoding.Latin1.GetBytes($"HEAD /a?b HTTP/1.1\r\n{fields}hOST:\ta.test \r\nConnection: CLOSE\r\n\r\n");

        Assert.True(OrdinaryHead.TryForward(head, "Own: 1\r\n"u8, ref upstream, out var request));

        Assert.Equal($"HEAD /a?b HTTP/1.1\r\n{passed}Host: a.test\r\nOwn: 1\r\n\r\n", Encoding.Latin1.GetString(upstream.Written.Span));
        Assert.True(request is { IsHead: true, Closes: true });
        Assert.Equal("/a?b|a.test", $"{Encoding.Latin1.GetString(request.Target)}|{Encoding.Latin1.GetString(request.Host)}");
        upstream.Clear();
    }
}
