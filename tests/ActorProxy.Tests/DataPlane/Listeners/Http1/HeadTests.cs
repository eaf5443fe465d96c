using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>Which heads pass and which are refused, with the head cut in two at every byte and in pieces of every length.</summary>
public sealed class HeadTests
{
    private const string Host = "Host: a.example\r\n";

    public static TheoryData<string> Good { get; } =
    [
        $"GET / HTTP/1.1\r\n{Host}\r\n",
        $"GET / HTTP/1.0\r\n{Host}\r\n",
        $"\r\nGET / HTTP/1.1\r\n{Host}\r\n",
        $"GET /a/../%2F%2e//?q=%00&x={{|}} HTTP/1.1\r\nhOsT:a.example:8443\r\n\r\n",
        $"get /%zz HTTP/1.1\r\n{Host}\r\n",
        $"M-SEARCH / HTTP/1.1\r\n{Host}\r\n",
        $"TRACE / HTTP/1.1\r\n{Host}\r\n",
        $"OPTIONS * HTTP/1.1\r\n{Host}\r\n",
        $"GET http://a.example/x?y HTTP/1.1\r\n{Host}\r\n",
        $"GET http://A.Example:80/x HTTP/1.1\r\n{Host}\r\n",
        $"GET https://a.example HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n",
        $"GET / HTTP/1.1\r\n{Host}Empty:\r\nBlank: \t \r\nX: a\tb \u00e4\u00ff\u0080\r\n\r\n",
        $"GET / HTTP/1.1\r\n{Host}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
        $"GET / HTTP/1.1\r\n{Host}Content_Length: x\r\nTransfer_Encoding: x\r\n\r\n",
        $"POST / HTTP/1.1\r\n{Host}\r\n",
        $"POST / HTTP/1.1\r\n{Host}Content-Length: 0\r\n\r\n",
        $"POST / HTTP/1.0\r\n{Host}Content-Length:0\r\n\r\n",
        $"POST / HTTP/1.1\r\n{Host}Content-Length: \t5 \r\n\r\nhello",
        $"POST / HTTP/1.1\r\n{Host}content-length:0000000000000000005\r\n\r\nhello",
        $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: ChUnKeD \r\n\r\n0\r\n\r\n",
        $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
        $"POST / HTTP/1.1\r\n{Host}Content-Length: 5\r\n\r\nGET /GET / HTTP/1.1\r\n{Host}\r\n",
        $"POST / HTTP/1.1\r\n{Host}Content-Length: 1\r\n\r\nx\r\nGET / HTTP/1.1\r\n{Host}\r\n",
    ];

    public static TheoryData<string, int, string> Bad { get; } = new()
    {
        // The request line.
        { "\r\n\r\nGET / HTTP/1.1\r\n", 400, "- - -" },
        { "\nGET / HTTP/1.1\r\n", 400, "- - -" },
        { "\rGET / HTTP/1.1\r\n", 400, "- - -" },
        { " GET / HTTP/1.1\r\n", 400, "- - -" },
        { "\u0016\u0003\u0001", 400, "- - -" },
        { "G(T / HTTP/1.1\r\n", 400, "- - -" },
        { "G\u00e4T / HTTP/1.1\r\n", 400, "- - -" },
        { "GET\r\n", 400, "- - -" },
        { "GET\t/ HTTP/1.1\r\n", 400, "- - -" },
        { "GET  / HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /\r\n", 400, "GET - -" },
        { "GET /  HTTP/1.1\r\n", 400, "GET - -" },
        { "GET / HTTP/1.1 \r\n", 400, "GET - -" },
        { "GET / HTTP/1.1\n", 400, "GET - -" },
        { "GET / HTTP/1.1\r\r\n", 400, "GET - -" },
        { "GET / HTTP/1.2\r\n", 400, "GET - -" },
        { "GET / HTTP/2.0\r\n", 400, "GET - -" },
        { "PRI * HTTP/2.0\r\n", 400, "PRI - -" },
        { "GET / HTTP/0.9\r\n", 400, "GET - -" },
        { "GET / http/1.1\r\n", 400, "GET - -" },
        { "GET / HTTP/01.1\r\n", 400, "GET - -" },
        { "GET / XTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a b HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a\tb HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a\rb HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a#b HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a\u0001 HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a\0 HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a\u007f HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /\u0080 HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /\u00e4 HTTP/1.1\r\n", 400, "GET - -" },
        { "GET /a%00b HTTP/1.1\r\n", 400, "GET - -" },
        { "GET a.example HTTP/1.1\r\n", 400, "GET - -" },
        { "GET a.example:443 HTTP/1.1\r\n", 400, "GET - -" },
        { "GET ?a HTTP/1.1\r\n", 400, "GET - -" },
        { "GET %2fa HTTP/1.1\r\n", 400, "GET - -" },
        { "GET * HTTP/1.1\r\n", 400, "GET - -" },
        { "TRACE * HTTP/1.1\r\n", 400, "TRACE - -" },
        { "OPTIONS ** HTTP/1.1\r\n", 400, "OPTIONS - -" },
        { "GET ftp://a.example/ HTTP/1.1\r\n", 400, "GET - -" },
        { "GET http:/a.example/ HTTP/1.1\r\n", 400, "GET - -" },
        { "GET http:///a HTTP/1.1\r\n", 400, "GET - -" },
        { "GET http://user@a.example/ HTTP/1.1\r\n", 400, "GET - -" },
        { "GET http://a.example:99999/ HTTP/1.1\r\n", 400, "GET - -" },
        { "GET http://a.example/%00 HTTP/1.1\r\n", 400, "GET - -" },

        // Host.
        { "GET / HTTP/1.1\r\n\r\n", 400, "GET - /" },
        { "GET /a?b HTTP/1.0\r\n\r\n", 400, "GET - /a" },
        { $"GET / HTTP/1.1\r\n{Host}{Host}\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: y\r\nhost: b.example\r\n\r\n", 400, "GET a.example /" },
        { "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: \r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: user@a.example\r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: a.example/x\r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: a.example,b.example\r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: a.example b.example\r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: a.example:x\r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: a.example:65536\r\n\r\n", 400, "GET - /" },
        { "GET / HTTP/1.1\r\nHost: a.ex\u00e4mple\r\n\r\n", 400, "GET - /" },
        { $"GET http://b.example/x HTTP/1.1\r\n{Host}\r\n", 400, "GET a.example /x" },
        { $"GET http://a.example:8080/x HTTP/1.1\r\n{Host}\r\n", 400, "GET a.example /x" },
        { $"GET http://a.example./x HTTP/1.1\r\nHost: a.example:443\r\n\r\n", 400, "GET a.example /x" },
        { "GET http://a.example/ HTTP/1.1\r\n\r\n", 400, "GET - /" },

        // Field lines.
        { $"GET / HTTP/1.1\r\n{Host}X : y\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X\t: y\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}: y\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}no colon\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}nocolon\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X(: y\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X\u00e4: y\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: y\r\n folded\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: y\r\n\tfolded\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n {Host}\r\n", 400, "GET - /" },
        { $"GET / HTTP/1.1\r\n{Host}X: y\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: y\r\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: a\rb\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: a\0b\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: a\u0001b\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: a\u000bb\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: a\u001fb\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}X: a\u007fb\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}\rX: y\r\n", 400, "GET a.example /" },

        // Framing.
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 5\r\nContent-Length: 5\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 5\r\nContent-Length: 6\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 5, 5\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: +5\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: -0\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 0x5\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 5 5\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 5.0\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: \"5\"\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length:\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 9223372036854775808\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 00000000000000000005\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: ,chunked\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked,\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: gzip, chunked\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked;q=1\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: \"chunked\"\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: xchunked\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: identity\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding:\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding: \u000bchunked\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.1\r\n{Host}Transfer-Encoding\u00a0: chunked\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.0\r\n{Host}Transfer-Encoding: chunked\r\n\r\n", 400, "POST a.example /" },
        { $"POST / HTTP/1.0\r\n{Host}\r\n", 400, "POST a.example /" },
        { $"PUT / HTTP/1.0\r\n{Host}\r\n", 400, "PUT a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 1\r\n\r\n", 400, "GET a.example /" },
        { $"GET / HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nUpgrade: h2c\r\n\r\n", 400, "GET a.example /" },

        // Well-formed, and refused.
        { $"CONNECT b.example:443 HTTP/1.1\r\n{Host}\r\n", 405, "CONNECT a.example b.example:443" },
        { $"CONNECT / HTTP/1.1\r\n{Host}\r\n", 405, "CONNECT a.example /" },
        { "CONNECT b.example:443 HTTP/1.1\r\n\r\n", 400, "CONNECT - b.example:443" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public async Task A_good_message_is_shown_whole_however_it_is_split(string message)
    {
        for (var at = 1; at <= message.Length; at++)
        {
            foreach (var blockSize in (int[])[4096, at])
            {
                using var rig = new GuardRig(blockSize);
                var reading = rig.ReadToEndAsync();

                await rig.SendAsync(message[..at]);
                await rig.SendAsync(message[at..]);
                rig.EndInput();

                Assert.Equal(message, await reading);
                Assert.Equal("", rig.Answer());
                Assert.Empty(rig.Log.Requests);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_head_is_answered_and_logged_and_never_shown_however_it_is_split(string head, int status, string words)
    {
        for (var at = 1; at <= head.Length; at++)
        {
            foreach (var blockSize in (int[])[4096, at])
            {
                using var rig = new GuardRig(blockSize);
                var reading = rig.ReadToEndAsync();

                await rig.SendAsync(head[..at]);
                await rig.SendAsync(head[at..]);

                Assert.Equal("", await reading);
                Assert.Equal(Answers.Of(status), rig.Answer());
                Assert.Equal($"{words} {status}", Assert.Single(rig.Log.Requests));
                Assert.True(rig.Reader.MustLinger);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_was_good_before_a_bad_head_is_shown_first(string head, int status, string words)
    {
        const string Before = $"POST / HTTP/1.1\r\n{Host}Content-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\n{Host}\r\n";
        using var rig = new GuardRig();
        await rig.SendAsync(Before + head);

        Assert.Equal(Before, await rig.ReadToEndAsync());

        Assert.Equal(Answers.Of(status), rig.Answer());
        Assert.Equal($"{words} {status}", Assert.Single(rig.Log.Requests));
    }

    [Fact]
    public async Task A_bad_head_is_answered_only_when_the_server_comes_to_read_it()
    {
        const string Good = $"GET / HTTP/1.1\r\n{Host}\r\n";
        using var rig = new GuardRig();
        await rig.SendAsync(Good + "bad\r\n");

        var read = await rig.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Good.Length, read.Buffer.Length);
        rig.Reader.AdvanceTo(read.Buffer.End);
        Assert.Equal("", rig.Answer());

        read = await rig.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(read.IsCompleted);
        Assert.Equal(Answers.Of(400), rig.Answer());
    }

    [Fact]
    public async Task The_answer_to_HEAD_has_no_body()
    {
        using var rig = new GuardRig();
        await rig.SendAsync("HEAD / HTTP/1.1\r\n\r\n");

        await rig.ReadToEndAsync();

        Assert.Equal(Answers.Of(400).Replace("\r\n\r\nBad Request", "\r\n\r\n"), rig.Answer());
    }

    [Fact]
    public async Task A_refused_CONNECT_takes_a_token_and_gets_429_when_there_is_none()
    {
        const string Connect = $"CONNECT b.example:443 HTTP/1.1\r\n{Host}\r\n";
        using var rig = new GuardRig(burst: 1);
        using var other = new GuardRig(buckets: rig.Buckets);
        await rig.SendAsync(Connect);
        await other.SendAsync(Connect);

        await rig.ReadToEndAsync();
        await other.ReadToEndAsync();

        Assert.Equal(Answers.Of(405), rig.Answer());
        Assert.Equal(Answers.Of(429), other.Answer());
        Assert.Equal("CONNECT a.example b.example:443 429", Assert.Single(other.Log.Requests));
        Assert.Equal("CONNECT a.example b.example:443 429", Assert.Single(other.Log.RateLimits));
    }
}
