using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

public sealed class ChunkedBodyTests
{
    private const string Head = "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Next = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

    public static TheoryData<string> Good { get; } =
    [
        "0\r\n\r\n",
        "00000000\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "0a\r\n0123456789\r\nA\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n",
        "5;name=value;flag;quoted=\"a b\"\r\nhello\r\n0;last\r\n\r\n",
        "5;\r\nhello\r\n0\r\n\r\n",
        "1\r\nx\r\n0\r\nX-Sum: 1\r\nEmpty:\r\nB: \u00e4\tb\r\n\r\n",
        "1\r\nx\r\n0\r\nContent-Length: 5\r\nHost: b.example\r\n\r\n",
    ];

    public static TheoryData<string> Bad { get; } =
    [
        "\r\n",
        "\n",
        "g\r\n",
        " 5\r\nhello\r\n",
        "5 \r\nhello\r\n",
        "5 ;x\r\nhello\r\n",
        "+5\r\nhello\r\n",
        "-1\r\n",
        "0x5\r\nhello\r\n",
        "5\nhello\r\n",
        "5\rhello\r\n",
        "5\r\rhello\r\n",
        ";x\r\n",
        "000000005\r\nhello\r\n",
        "80000000\r\n",
        "ffffffff\r\n",
        "fffffffffffffffff\r\n",
        "5\r\nhello0\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5\r\nhello \r\n0\r\n\r\n",
        "5\r\nhello\r\n\r\n",
        "5;a\nhello\r\n",
        "5;a\rb\r\nhello\r\n",
        "5;a\0\r\nhello\r\n",
        "5;\u00e4\r\nhello\r\n",
        "0\r\n\n",
        "0\n\r\n",
        "0\r\n\r\r\n",
        "0\r\n X: y\r\n\r\n",
        "0\r\nX : y\r\n\r\n",
        "0\r\nX\r\n\r\n",
        "0\r\n: y\r\n\r\n",
        "0\r\nX: y\n\r\n",
        "0\r\nX: y\r\n folded\r\n\r\n",
        "0\r\nX: a\rb\r\n\r\n",
        "0\r\nX: a\0b\r\n\r\n",
        "0\r\nX: a\u007fb\r\n\r\n",
        "0\r\nX: y\r\n\n",
        "0\r\nX\u00e4: y\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public async Task A_good_body_is_shown_whole_however_it_is_split(string body)
    {
        var message = Head + body + Next;
        for (var at = Head.Length; at <= message.Length; at++)
        {
            foreach (var blockSize in (int[])[4096, at - Head.Length + 1])
            {
                using var rig = new GuardRig(blockSize);
                var reading = rig.ReadToEndAsync();

                await rig.SendAsync(message[..at]);
                await rig.SendAsync(message[at..]);
                rig.EndInput();

                Assert.Equal(message, await reading);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_body_is_shown_to_the_error_and_never_to_an_end_however_it_is_split(string body)
    {
        for (var at = 1; at <= body.Length; at++)
        {
            foreach (var blockSize in (int[])[4096, at])
            {
                using var rig = new GuardRig(blockSize);
                var reading = rig.ReadToMalformedAsync();

                await rig.SendAsync(Head + body[..at]);
                await rig.SendAsync(body[at..] + Next);

                var shown = await reading;
                Assert.StartsWith(shown, Head + body, StringComparison.Ordinal);
                Assert.True(shown.Length < (Head + body).Length);
                Assert.Equal("", await rig.ReadToMalformedAsync());
                Assert.Throws<ActorProxy.DataPlane.Listeners.Http1.MalformedRequestException>(() => rig.Reader.TryRead(out _));
                Assert.True(rig.Reader.MustLinger);
                Assert.Equal("", rig.Answer());
            }
        }
    }

    [Fact]
    public async Task No_other_byte_stands_for_one_of_a_line_end()
    {
        const string body = "5\r\nhello\r\n1;x\r\ny\r\n0\r\nX: y\r\n\r\n";
        for (var at = 0; at < body.Length; at++)
        {
            for (var other = '\0'; body[at] is '\r' or '\n' && other <= '\u00ff'; other++)
            {
                if (other != body[at])
                {
                    using var rig = new GuardRig();
                    await rig.SendAsync($"{Head}{body[..at]}{other}{body[(at + 1)..]}");
                    rig.EndInput();

                    // In place of a CR it may be one more byte of the line; then the LF is alone.
                    var good = (await rig.ReadToMalformedAsync()).Length - Head.Length;
                    Assert.True(good <= (body[at] == '\r' ? at + 1 : at), $"{(int)other:x2} in place of byte {at}, and {good} bytes are good");
                }
            }
        }
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public async Task A_chunk_extension_may_have_1_KiB(int length, bool good)
    {
        await ExpectAsync($"1;{new string('e', length)}\r\nx\r\n0\r\n\r\n", good);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task A_trailer_section_may_have_100_fields(int count, bool good)
    {
        await ExpectAsync($"0\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", count))}\r\n", good);
    }

    [Theory]
    [InlineData(32768, true)]
    [InlineData(32769, false)]
    public async Task A_trailer_section_may_have_32_KiB(int bytes, bool good)
    {
        await ExpectAsync($"0\r\nX:{new string('v', bytes - 4)}\r\n\r\n", good);
    }

    [Fact]
    public async Task The_largest_chunk_is_passed_on_as_it_comes()
    {
        using var rig = new GuardRig();
        await rig.SendAsync(Head + "7fffffff\r\n" + new string('x', 100_000));
        rig.EndInput();

        Assert.Equal(Head.Length + 10 + 100_000, (await rig.ReadToEndAsync()).Length);
    }

    private static async Task ExpectAsync(string body, bool good)
    {
        using var rig = new GuardRig();
        await rig.SendAsync(Head + body);
        rig.EndInput();
        if (good)
        {
            Assert.Equal(Head + body, await rig.ReadToEndAsync());
        }
        else
        {
            Assert.True((await rig.ReadToMalformedAsync()).Length < (Head + body).Length);
        }
    }
}
