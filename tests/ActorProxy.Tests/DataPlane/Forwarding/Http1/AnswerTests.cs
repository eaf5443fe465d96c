using System.Text;
using ActorProxy.DataPlane.Forwarding.Http1;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class AnswerTests
{
    public static TheoryData<string, string> Framings => new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "" },
        { "HTTP/1.1 200 OK\r\ntransfer-encoding: CHUNKED\r\n\r\n5\r\nhello\r\n1;a=\"b;c\"\r\n!\r\n0\r\n\r\n", "hello!" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00F\r\n0123456789abcde\r\n000\r\nT: x\r\nT: y\r\n\r\n", "0123456789abcde" },
        { "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n\n", "\n" },
        { "HTTP/1.1 200 \r\nX-Empty:\r\nX-Padded: \t a b \t\r\nContent-Length:1\r\n\r\nx", "x" },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 Gone\r\nContent-Length: 2\r\n\r\nno", "no" },
        { "HTTP/1.1 204 No Content\r\n\r\n", "" },
        { "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n", "" },
        { "HTTP/1.1 200 \u00fcber\r\nX: \u0080\u00ff\r\nContent-Length: 1\r\n\r\n\u00e9", "\u00e9" },
    };

    public static TheoryData<string> Refused =>
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
        "HTTP/1.1 200 OK\r\nX: a\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nNo colon\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n\u00fc: a\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 +20 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 099 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1  200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 O\0K\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "http/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "x",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        string.Concat(Enumerable.Repeat("HTTP/1.1 102 Wait\r\n\r\n", 11)) + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 201)) + "\r\n",
        "HTTP/1.1 200 OK\r\nA: " + new string('b', 64 * 1024),
    ];

    public static TheoryData<string> BrokenChunks =>
    [
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5;a\0b\r\nhello\r\n0\r\n\r\n",
        "5;" + new string('a', 5000) + "\r\nhello\r\n0\r\n\r\n",
        ";\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "8000000000000000\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\n\r\n",
        "5\r\nhello\r\n0\r\nA : b\r\n\r\n",
        "5\r\nhello\r\n0\r\n a\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\0\r\n\r\n",
        "5\r\nhello\r\n0\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 201)) + "\r\n",
    ];

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task An_answer_is_the_same_wherever_it_is_cut(string answer, string body)
    {
        var bytes = Encoding.Latin1.GetBytes(answer);
        var whole = await ReadAsync(bytes, [], endsAfter: false);
        Assert.Equal(body, whole.Body);
        for (var place = 1; place < bytes.Length; place++)
        {
            Assert.Equal(whole, await ReadAsync(bytes, [place], endsAfter: false));
        }

        Assert.Equal(whole, await ReadAsync(bytes, [.. Enumerable.Range(1, bytes.Length - 1)], endsAfter: false, bufferSize: 3));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_head_with_two_readings_is_refused(string answer)
    {
        var stream = new CannedStream([Encoding.Latin1.GetBytes(answer)], endsAfter: false);
        using var client = Http1Client.For(stream);

        var exception = await Assert.ThrowsAsync<UpstreamException>(() => client.SendAsync(Http1Client.Request("GET", 80)));

        Assert.Equal(UpstreamFailureKind.Protocol, exception.Kind);
        Assert.True(stream.IsDisposed);
        Assert.Equal(0, client.Slots.Held);
    }

    [Theory]
    [MemberData(nameof(BrokenChunks))]
    public async Task Broken_chunks_end_the_answer_by_an_error_wherever_they_are_cut(string body)
    {
        var bytes = Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
        int[][] cuts = [[], [bytes.Length / 2], [.. Enumerable.Range(1, bytes.Length - 1)]];
        foreach (var places in cuts)
        {
            var exception = await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(bytes, places, endsAfter: false));
            Assert.Equal(UpstreamFailureKind.Protocol, exception.Kind);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n")]
    public async Task A_truncated_body_never_looks_whole(string answer)
    {
        var exception = await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(Encoding.Latin1.GetBytes(answer), [], endsAfter: true));

        Assert.Equal(UpstreamFailureKind.Closed, exception.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task An_end_within_the_head_is_an_error(string answer)
    {
        var exception = await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(Encoding.Latin1.GetBytes(answer), [], endsAfter: true));

        Assert.Equal(UpstreamFailureKind.Closed, exception.Kind);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX: y\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    public async Task Without_framing_the_end_of_the_connection_ends_the_body(string head)
    {
        var bytes = Encoding.Latin1.GetBytes(head + "anything\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");

        var answer = await ReadAsync(bytes, [head.Length + 4], endsAfter: true);

        Assert.Equal("anything\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", answer.Body);
    }

    [Fact]
    public async Task An_answer_to_HEAD_has_its_length_and_no_body()
    {
        var stream = new CannedStream(["HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"u8.ToArray()], endsAfter: false);
        using var client = Http1Client.For(stream);

        var answer = await ReadAnswer.FromAsync(await client.SendAsync(Http1Client.Request("HEAD", 80)));

        Assert.Equal("", answer.Body);
        Assert.Contains("content-length: 1000", answer.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_keep_their_number_their_order_and_their_bytes()
    {
        var answer = await ReadAsync(
            Encoding.Latin1.GetBytes(
                "HTTP/1.1 299 Odd one\r\nSet-Cookie: a=1\r\nX: 1\r\nset-cookie: b=\u00e4, c\r\nX: 2, 3\r\nDate: not a date\r\n"
                + "Content-Type: ;;\r\nExpires: -1\r\nContent-Length: 0\r\n\r\n"),
            [],
            endsAfter: false);

        Assert.Equal(299, answer.Status);
        Assert.Equal("Odd one", answer.Reason);
        Assert.Equal(
            ReadAnswer.Text(
            [
                ("Set-Cookie", "a=1"), ("Set-Cookie", "b=\u00e4, c"), ("X", "1"), ("X", "2, 3"), ("Date", "not a date"),
                ("Content-Type", ";;"), ("Expires", "-1"), ("Content-Length", "0"),
            ]),
            answer.Head);
    }

    [Fact]
    public async Task Large_bodies_arrive_whole_in_any_framing()
    {
        var body = string.Concat(Enumerable.Range(0, 60_000).Select(number => number.ToString("x6", null)));
        var chunks = string.Concat(body.Chunk(10_007).Select(chunk => $"{chunk.Length:x}\r\n{new string(chunk)}\r\n"));
        string[] answers =
        [
            $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}",
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n",
        ];
        foreach (var answer in answers)
        {
            foreach (var bufferSize in (int[])[100, 4096, 65536])
            {
                var bytes = Encoding.Latin1.GetBytes(answer);
                int[] places = [.. Enumerable.Range(1, (bytes.Length / 30_011) - 1).Select(number => number * 30_011)];
                Assert.Equal(body, (await ReadAsync(bytes, places, endsAfter: false, bufferSize)).Body);
            }
        }
    }

    private static async Task<ReadAnswer> ReadAsync(byte[] answer, int[] places, bool endsAfter, int bufferSize = 64 * 1024)
    {
        using var client = Http1Client.For(new CannedStream(CannedStream.Cut(answer, places), endsAfter));
        return await ReadAnswer.FromAsync(await client.SendAsync(Http1Client.Request("GET", 80)), bufferSize);
    }
}
