using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

public sealed class HeadLimitTests
{
    private const string Host = "Host: a.example\r\n";

    [Theory]
    [InlineData(8192, 0)]
    [InlineData(8193, 414)]
    public async Task A_target_may_have_8_KiB(int length, int status)
    {
        await ExpectAsync($"GET /{new string('a', length - 1)} HTTP/1.1\r\n{Host}\r\n", status, "GET - -");
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(101, 431)]
    public async Task A_head_may_have_100_fields(int count, int status)
    {
        var fields = string.Concat(Enumerable.Repeat("X: y\r\n", count - 1));
        await ExpectAsync($"GET /a HTTP/1.1\r\n{Host}{fields}\r\n", status, "GET a.example /a");
    }

    [Theory]
    [InlineData(32768, 0)]
    [InlineData(32769, 431)]
    public async Task The_fields_may_have_32_KiB_with_their_line_ends(int bytes, int status)
    {
        var value = new string('v', bytes - Host.Length - "X: \r\n".Length);
        await ExpectAsync($"GET /a HTTP/1.1\r\n{Host}X: {value}\r\n\r\n", status, "GET a.example /a");
    }

    [Theory]
    [InlineData("X: \r\n", 10, 0)]
    [InlineData("X:\r\n", 4096, 0)]
    [InlineData("X:\r\n", 10, 400)]
    public async Task A_field_too_short_for_Kestrel_across_two_blocks_is_refused_there(string field, int blockSize, int status)
    {
        using var rig = new GuardRig(blockSize);
        await rig.SendAsync($"GET /a HTTP/1.1\r\n{Host}{field}\r\n");
        rig.EndInput();

        await rig.ReadToEndAsync();

        Assert.Equal(status == 0 ? "" : Answers.Of(status), rig.Answer());
    }

    [Theory]
    [InlineData(256, 0)]
    [InlineData(257, 400)]
    public async Task A_method_may_have_256_bytes(int length, int status)
    {
        await ExpectAsync($"{new string('M', length)} / HTTP/1.1\r\n{Host}\r\n", status, "- - -");
    }

    [Theory]
    [InlineData("", 400, "- - -")]
    [InlineData("GET /", 414, "GET - -")]
    [InlineData("GET / HTTP/1.1\r\n", 431, "GET - /")]
    [InlineData("GET / HTTP/1.1\r\nX: ", 431, "GET - /")]
    public async Task A_line_without_an_end_is_refused_at_its_limit_and_not_read_on(string beginning, int status, string words)
    {
        using var rig = new GuardRig();
        var reading = rig.ReadToEndAsync();
        await rig.SendAsync(beginning);
        for (var sent = 0; !reading.IsCompleted; sent += 512)
        {
            Assert.True(sent <= 33 * 1024, "read on beyond every limit");
            await rig.SendAsync(new string('a', 512));
        }

        Assert.Equal("", await reading);
        Assert.Equal(Answers.Of(status), rig.Answer());
        Assert.Equal($"{words} {status}", Assert.Single(rig.Log.Requests));
    }

    [Fact]
    public async Task The_largest_head_passes_in_drips()
    {
        var fields = string.Concat(Enumerable.Repeat($"X: {new string('v', 320)}\r\n", 99));
        var head = $"GET /{new string('a', 8191)} HTTP/1.1\r\n{Host}{fields}\r\n";
        using var rig = new GuardRig();
        var reading = rig.ReadToEndAsync();
        foreach (var drip in head.Chunk(7))
        {
            await rig.SendAsync(new string(drip));
        }

        rig.EndInput();

        Assert.Equal(head, await reading);
    }

    private static async Task ExpectAsync(string head, int status, string words)
    {
        foreach (var blockSize in (int[])[64 * 1024, 4096, 100])
        {
            using var rig = new GuardRig(blockSize);
            await rig.SendAsync(head);
            rig.EndInput();

            Assert.Equal(status == 0 ? head : "", await rig.ReadToEndAsync());
            Assert.Equal(status == 0 ? "" : Answers.Of(status), rig.Answer());
            Assert.Equal(status == 0 ? [] : [$"{words} {status}"], rig.Log.Requests);
        }
    }
}
