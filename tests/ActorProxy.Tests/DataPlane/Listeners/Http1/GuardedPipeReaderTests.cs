using ActorProxy.DataPlane.Listeners.Http1;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

public sealed class GuardedPipeReaderTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private const string Upgrade = "GET /a HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("G", "- - -")]
    [InlineData("\r\nGET /a", "GET - -")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a.example\r\n", "GET a.example /a")]
    public async Task A_head_still_incomplete_when_the_clock_runs_out_gets_408(string beginning, string words)
    {
        using var rig = new GuardRig();
        var reading = rig.ReadToEndAsync();
        await rig.SendAsync(beginning);
        Assert.True(rig.Reader.HeadIncomplete);

        await new Http1GuardState(rig.Reader).AnswerTimeoutAsync();

        Assert.Equal("", await reading);
        Assert.Equal(Answers.Of(408), rig.Answer());
        Assert.Equal($"{words} 408", Assert.Single(rig.Log.Requests));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData(Get)]
    public async Task Without_a_byte_of_a_head_the_clock_ends_the_connection_silently(string before)
    {
        using var rig = new GuardRig();
        var reading = rig.ReadToEndAsync();
        await rig.SendAsync(before);
        Assert.False(rig.Reader.HeadIncomplete);

        rig.Reader.Expire();

        Assert.Equal(before == Get ? Get : "", await reading);
        Assert.Equal("", rig.Answer());
        Assert.Empty(rig.Log.Requests);
        Assert.False(rig.Reader.MustLinger);
    }

    [Fact]
    public async Task A_clock_that_runs_out_over_a_request_does_nothing_to_it_nor_to_the_next()
    {
        using var rig = new GuardRig();
        await rig.SendAsync("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi" + Get);
        var read = await rig.Reader.ReadAsync(Cancel);
        rig.Reader.Expire();
        rig.Reader.AdvanceTo(read.Buffer.End);
        rig.Reader.Expire();

        var reading = rig.ReadToEndAsync();
        Assert.False(reading.IsCompleted);
        await rig.SendAsync(Get);
        rig.EndInput();

        Assert.Equal("hi" + Get + Get, await reading);
        Assert.Equal("", rig.Answer());
    }

    [Fact]
    public async Task A_server_that_ends_the_wait_for_a_head_ends_it_with_408_when_there_is_a_part()
    {
        using var rig = new GuardRig();
        var reading = rig.ReadToEndAsync();
        await rig.SendAsync(Get[..10]);

        rig.Reader.CancelPendingRead();

        Assert.Equal("", await reading);
        Assert.Equal(Answers.Of(408), rig.Answer());
    }

    [Fact]
    public async Task A_read_that_is_cancelled_inside_a_body_loses_nothing()
    {
        using var rig = new GuardRig();
        await rig.SendAsync("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\n");
        var read = await rig.Reader.ReadAsync(Cancel);
        rig.Reader.AdvanceTo(read.Buffer.End);
        rig.Reader.CancelPendingRead();

        read = await rig.Reader.ReadAsync(Cancel);
        Assert.True(read.IsCanceled);
        rig.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        await rig.SendAsync("hello");
        rig.EndInput();

        Assert.Equal("hello", await rig.ReadToEndAsync());
    }

    [Theory]
    [InlineData("Connection: close\r\n", null)]
    [InlineData("Connection: \tKEEP-alive \r\n", null)]
    [InlineData("Connection: close, X-Secret\r\n", "close, X-Secret")]
    [InlineData("Connection: close\r\nConnection: X-Secret\r\nconnection: Y\r\n", "X-Secret, Y")]
    public async Task What_Connection_names_is_kept_for_the_request(string fields, string? options)
    {
        using var rig = new GuardRig();
        await rig.SendAsync($"GET / HTTP/1.1\r\nHost: a.example\r\n{fields}\r\n");
        await rig.Reader.ReadAsync(Cancel);

        Assert.Equal(options, new Http1GuardState(rig.Reader).ConnectionOptions);
    }

    [Fact]
    public async Task A_cancelled_read_shows_nothing_and_loses_nothing()
    {
        using var rig = new GuardRig();
        var pending = rig.Reader.ReadAsync(Cancel).AsTask();
        Assert.False(pending.IsCompleted);

        rig.Reader.CancelPendingRead();

        var read = await pending;
        Assert.True(read.IsCanceled);
        Assert.True(read.Buffer.IsEmpty);
        rig.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);

        var reading = rig.ReadToEndAsync();
        await rig.SendAsync(Get);
        rig.EndInput();
        Assert.Equal(Get, await reading);
    }

    [Fact]
    public async Task What_was_shown_and_not_consumed_is_shown_again()
    {
        using var rig = new GuardRig(blockSize: 7);
        await rig.SendAsync("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\n01234");
        var read = await rig.Reader.ReadAsync(Cancel);
        rig.Reader.AdvanceTo(read.Buffer.End);

        read = await rig.Reader.ReadAsync(Cancel);
        Assert.Equal(5, read.Buffer.Length);
        rig.Reader.AdvanceTo(read.Buffer.GetPosition(2), read.Buffer.GetPosition(3));
        Assert.True(rig.Reader.TryRead(out read));
        Assert.Equal(3, read.Buffer.Length);
        rig.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.False(rig.Reader.TryRead(out _));

        await rig.SendAsync("56789" + Get);
        read = await rig.Reader.ReadAsync(Cancel);
        Assert.Equal(8, read.Buffer.Length);
        rig.Reader.AdvanceTo(read.Buffer.End);
        Assert.True(rig.Reader.TryRead(out read));
        Assert.Equal(Get.Length, read.Buffer.Length);
    }

    [Fact]
    public async Task A_client_that_goes_away_inside_a_head_is_not_answered()
    {
        using var rig = new GuardRig();
        await rig.SendAsync(Get + Get[..10]);
        rig.EndInput();

        Assert.Equal(Get, await rig.ReadToEndAsync());
        Assert.Equal("", rig.Answer());
        Assert.Empty(rig.Log.Requests);
    }

    [Fact]
    public async Task The_end_of_input_inside_a_body_is_told_with_the_body_so_far()
    {
        using var rig = new GuardRig();
        await rig.SendAsync("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\n");
        var read = await rig.Reader.ReadAsync(Cancel);
        rig.Reader.AdvanceTo(read.Buffer.End);
        await rig.SendAsync("01234");
        rig.EndInput();

        read = await rig.Reader.ReadAsync(Cancel);

        Assert.Equal(5, read.Buffer.Length);
        Assert.True(read.IsCompleted);
    }

    [Fact]
    public async Task Behind_an_upgrade_bytes_are_held_and_shown_unchecked_once_it_is_accepted()
    {
        const string Frames = "\u0081\u0005hello\n\0GET";
        using var rig = new GuardRig();
        await rig.SendAsync(Upgrade + Frames);
        var read = await rig.Reader.ReadAsync(Cancel);
        Assert.Equal(Upgrade.Length, read.Buffer.Length);
        rig.Reader.AdvanceTo(read.Buffer.End);

        new Http1GuardState(rig.Reader).SwitchToPassthrough();
        await rig.SendAsync(Frames);
        rig.EndInput();

        Assert.Equal(Frames + Frames, await rig.ReadToEndAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(Get)]
    [InlineData("bad\r\n\r\n")]
    public async Task Behind_a_refused_upgrade_the_connection_ends_whatever_was_held(string held)
    {
        using var rig = new GuardRig();
        await rig.SendAsync(Upgrade + held);

        Assert.Equal(Upgrade, await rig.ReadToEndAsync());

        Assert.Equal("", rig.Answer());
        Assert.Empty(rig.Log.Requests);
        Assert.True(rig.Reader.MustLinger);
        Assert.Throws<InvalidOperationException>(rig.Reader.SwitchToPassthrough);
    }

    [Fact]
    public async Task Only_an_upgrade_can_become_a_tunnel()
    {
        using var rig = new GuardRig();
        await rig.SendAsync(Get);
        var read = await rig.Reader.ReadAsync(Cancel);
        rig.Reader.AdvanceTo(read.Buffer.End);

        Assert.Throws<InvalidOperationException>(rig.Reader.SwitchToPassthrough);
    }

    [Fact]
    public async Task An_upgrade_to_h2c_is_a_request_like_any_other()
    {
        const string H2c = "GET /a HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
        using var rig = new GuardRig();
        await rig.SendAsync(H2c + Get);
        rig.EndInput();

        Assert.Equal(H2c + Get, await rig.ReadToEndAsync());
    }
}
