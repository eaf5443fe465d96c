namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>Answers that each ask for one of the rules.</summary>
internal static class AwkwardAnswers
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    private static readonly string[] Texts =
    [
        Ok + "Connection: X-Hop\r\nX-Hop: 1\r\nX-Kept: 2\r\nContent-Length: 2\r\n\r\nok",
        Ok + "X-Hop: 1\r\nSet-Cookie: a\r\nset-cookie: b\r\nConnection: close, x-hop\r\nConnection: SET-COOKIE\r\nContent-Length: 2\r\n\r\nok",
        Ok + "Date: then\r\nConnection: date, content-length\r\nContent-Length: 2\r\n\r\nok",
        Ok + "Connection: server, via\r\nServer: x\r\nVia: 1.1 x\r\nKeep-Alive: timeout=5, max=3\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Ok + "Proxy-Authenticate: x\r\nHTTP2-Settings: x\r\nTE: x\r\nTrailer: X-Sum\r\nContent-Length: 0\r\n\r\n",
        Ok + "Date: one\r\nDate: two\r\nSet-Cookie: a\r\nX: \r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 205 Reset Content\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\nETag: \"1\"\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nContent-Length: 3\r\nSet-Cookie: a\r\nServer: x\r\nx_forwarded_for: y\r\nX-Sum: 2\r\n\r\n",
        Ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nBad name: 1\r\n\r\n",
        Ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n",
        Ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        Ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        Ok + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nok",
        Ok + "Content-Length: 5\r\n\r\nok",
        Ok + "Content-Length: 2\r\n\r\nok" + Ok + "Content-Length: 2\r\n\r\nno",
        Ok + "Content-Length: 0\r\n\r\nextra",
        Ok + "X: a\rb\r\n\r\n",
        Ok + "X : a\r\n\r\n",
        Ok + " folded\r\n\r\n",
        Ok,
        "",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 600 \r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 418 \r\nContent-Length: 0\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
    ];

    public static string Pick(Random random) => random.Next(Texts.Length + 8) switch
    {
        0 => Interims(10),
        1 => Interims(11),
        2 => $"{Ok}Content-Length: {32 * 1024}\r\n\r\n{new string('a', 32 * 1024)}",
        3 => $"{Ok}Content-Length: {(32 * 1024) + 1}\r\n\r\n{new string('a', (32 * 1024) + 1)}",
        4 => Chunked(random.Next((32 * 1024) - 20, (32 * 1024) + 20)),
        5 => $"{Ok}{string.Concat(Enumerable.Repeat("X-Many: 1\r\n", random.Next(197, 202)))}Content-Length: 0\r\n\r\n",
        6 => $"{Ok}X-Long: {new string('l', random.Next(65_400, 65_600))}\r\nContent-Length: 0\r\n\r\n",
        7 => $"{Ok}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Long: {new string('l', random.Next(30_000, 65_600))}\r\n\r\n",
        var text => Texts[text - 8],
    };

    private static string Interims(int count) =>
        string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count)) + "HTTP/1.1 204 No Content\r\n\r\n";

    private static string Chunked(int size) => $"{Ok}Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n{new string('c', size)}\r\n0\r\n\r\n";
}
