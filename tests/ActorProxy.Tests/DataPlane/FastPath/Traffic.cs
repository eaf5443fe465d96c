using System.Globalization;
using System.Text;
using ActorProxy.Tests.DataPlane.Forwarding.Http1;

namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>What goes over one client's connection, and what the upstream answers, half of it awkward. The same seed makes the same.</summary>
internal sealed class Traffic
{
    /// <summary>In every request: letters whose case only the fast path keeps.</summary>
    public const string Mark = "aCCept: */*\r\n";

    private const int MostRequests = 4;

    private static readonly string[] Paths =
        ["", "/", "?", "?q=1&%00", "/a/../b", "/%2F%2e%2E/%zz", "//x//", "/\\^{|}", "/;a=b,c", "?a?b", "/%c3%a4", "/a%20b=\"c\""];

    private static readonly string[] Hosts = ["a.test", "A.Test", "a.test:443", "a.test.", "a.test:8443"];

    private static readonly string[] Fields =
    [
        "Cookie: a=b; c=d\r\n", "cookie: e=f\r\n", "X-Empty:\r\n", "X: \t a b\t \r\n", "x:\u00e4\u00ff\r\n", "Accept-Encoding: gzip, br\r\n",
        "If-None-Match: \"1\", W/\"2\"\r\n", "Range: bytes=0-1\r\n", "User-Agent: x\r\n", "Connection: keep-alive\r\n", "Content-Type: text/plain\r\n",
        "Expires: 0\r\n", "Last-Modified: never\r\n", "Allow: GET\r\n", "Authorization: Basic eDp5\r\n", "Cache-Control: no-cache\r\nCache-Control: no-store\r\n",
        "Via: 1.0 x\r\n", "Origin: null\r\n", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n", "Upgrade-Insecure-Requests: 1\r\n",
    ];

    private static readonly string[] AwkwardFields =
    [
        "X-Forwarded-For: 1.2.3.4\r\n", "x_forwarded_for: 1.2.3.4\r\n", "X-Forwarded-Whatever: x\r\n", "X_Real-IP: 1.2.3.4\r\n", "X-REAL-IP: 1.2.3.4\r\n",
        "Forwarded: for=1.2.3.4\r\n", "Proxy: http://x\r\n", "Content_Length: 5\r\n", "Transfer_Encoding: chunked\r\n", "X-Content-Length: 7\r\n",
        "Keep-Alive: timeout=5\r\n", "Proxy-Connection: close\r\n", "Proxy-Authorization: Basic x\r\n", "TE: trailers\r\n", "Trailer: X\r\n", "HTTP2-Settings: AAA\r\n",
        "Connection: close\r\n", "Connection: CLOSE\r\n", "connection:close\r\nConnection: X-Hop\r\nX-Hop: 1\r\n", "Connection: X-Hop, close\r\nX-Hop: 1\r\n",
        "Connection: keep-alive\r\nConnection: x-hop\r\nX-Hop: 1\r\n", "Connection: x-hop\r\nX-Hop: 1\r\n", "Connection:\r\n", "Connection: ,\r\n",
        "Connection: x-real-ip, host, cookie\r\nCookie: a\r\n", "Connection: close\r\nConnection: keep-alive\r\n", "Connection: close\r\nConnection: cookie\r\nCookie: a\r\n",
        "Upgrade: h2c\r\n", "Connection: upgrade\r\n", "Content-Length: 0\r\n", "content-length:00\r\n",
        "A-Very-Long-Name-That-Does-Not-Fit-Into-Sixty-Four-Letters-However-They-Are-Counted_X: 1\r\n",
    ];

    private static readonly string[] MalformedFields =
    [
        "Content-Length: +0\r\n", "Content-Length: 0\r\nContent-Length: 0\r\n", "Transfer-Encoding: identity\r\n", "Host: a.test\r\n", "Host: b.test\r\n",
        " folded: x\r\n", "Sp : x\r\n", "X: a\u0001b\r\n", "X: a\0b\r\n", "X: y\n", "\u00e4: x\r\n", "X\r\n", ":x\r\n",
    ];

    private readonly Random _random;
    private readonly ScriptedAnswer[] _answers;

    public Traffic(int seed)
    {
        _random = new Random(seed);
        IsPipelined = _random.Next(3) == 0;
        var count = _random.Next(1, MostRequests + 1);
        Requests = [.. Enumerable.Range(0, count).Select(Request), Last(count)];
        _answers = [.. Requests.Select(_ => Answer())];
        Length = Requests.Sum(request => request.Length);
        Cuts = _random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => _random.Next(Length)).Distinct().Order()];
    }

    /// <summary>The last one asks for the connection's end.</summary>
    public IReadOnlyList<string> Requests { get; }

    /// <summary>Whether they are sent without waiting for answers.</summary>
    public bool IsPipelined { get; }

    /// <summary>Where the client's bytes are cut into pieces.</summary>
    public int[] Cuts { get; }

    private int Length { get; }

    /// <summary>What the upstream answers to a request that it got.</summary>
    public ScriptedAnswer AnswerTo(string head)
    {
        var index = head.IndexOf("/n", StringComparison.Ordinal);
        var answer = index > 0 && index + 2 < head.Length && head[index + 2] - '0' is var number && number >= 0 && number < _answers.Length
            ? _answers[number]
            : new ScriptedAnswer("HTTP/1.1 404 Lost\r\nContent-Length: 0\r\n\r\n", [], EndsConnection: false);

        // Bytes that no HEAD wants must have come when its answer is judged.
        return head.StartsWith("HEAD ", StringComparison.Ordinal) ? answer with { Cuts = [], EndsConnection = true } : answer;
    }

    private static string Last(int index) =>
        $"GET /n{index.ToString(CultureInfo.InvariantCulture)} HTTP/1.1\r\nHost: a.test\r\n{Mark}Connection: close\r\n\r\n";

    // Nothing is left out but methods and bodies that can't be sent again: what becomes of them on a stale connection is a matter of time. So is
    // the length that Kestrel tells an HTTP/1.0 client, but for HEAD.
    private string Request(int index)
    {
        var isOrdinary = _random.Next(2) == 0;
        var method = isOrdinary ? Pick("GET", "GET", "GET", "HEAD") : Pick("GET", "GET", "GET", "HEAD", "HEAD", "PUT", "OPTIONS", "DELETE", "TRACE");
        var target = $"{(isOrdinary ? "" : Pick("", "", "", "", "http://a.test"))}/n{index.ToString(CultureInfo.InvariantCulture)}{Pick(Paths)}";
        var version = isOrdinary || !Rarely() ? "HTTP/1.1" : Pick("HTTP/1.0", "HTTP/1.2");
        method = version == "HTTP/1.0" ? "HEAD" : method;
        var host = isOrdinary || !Rarely() ? Pick(Hosts) : Pick("unknown.test", "a.test/", "x@a.test", "", "[::1]");
        var text = new StringBuilder(isOrdinary ? "" : Pick("", "", "", "\r\n"))
            .Append($"{method} {target}{(isOrdinary || !Rarely() ? "" : Pick("/%00", "#f", "\u00e4", " "))} {version}\r\n")
            .Append($"Host:{Pick("", " ", "\t ")}{host}\r\n").Append(Mark);
        for (var fields = _random.Next(4); fields > 0; fields--)
        {
            text.Append(isOrdinary || _random.Next(3) == 0 ? Pick(Fields) : Rarely() ? Pick(MalformedFields) : Pick(AwkwardFields));
        }

        if (_random.Next(8) == 0)
        {
            // Beyond what lies in one block of memory.
            text.Append($"Pad: {new string('p', _random.Next(3000, 9000))}\r\n");
        }

        return text.Append(method == "PUT" ? "Content-Length: 3\r\n\r\nabc" : "\r\n").ToString();
    }

    private ScriptedAnswer Answer()
    {
        var generator = new AnswerGenerator(_random.Next());
        // Behind an answer that is broken off, Kestrel may or may not come to what was pipelined.
        switch (_random.Next(IsPipelined ? 2 : 0, 4))
        {
            case 0:
                return new ScriptedAnswer(AwkwardAnswers.Pick(_random), [], EndsConnection: true);
            case 1:
                return new ScriptedAnswer(Encoding.Latin1.GetString(generator.Spoilt()), [], EndsConnection: true);
            default:
                var good = Encoding.Latin1.GetString(generator.WellFormed());
                var isDelimited = good.Contains("\ncontent-length:", StringComparison.OrdinalIgnoreCase)
                    || good.Contains("\ntransfer-encoding:", StringComparison.OrdinalIgnoreCase);
                var cuts = _random.Next(2) == 0 ? [] : generator.Cuts(good.Length).Order().Take(5);
                return new ScriptedAnswer(good, [.. cuts], EndsConnection: !isDelimited || _random.Next(3) == 0);
        }
    }

    // It ends the connection, and nothing behind it is looked at.
    private bool Rarely() => _random.Next(20) == 0;

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
