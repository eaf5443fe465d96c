using ActorProxy.DataPlane.Listeners.Http2;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

public sealed class OpenStreamsTests
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte EndStream = 1;

    private readonly OpenStreams _open = new();
    private readonly Conduct _conduct;

    public OpenStreamsTests() => _conduct = new Conduct(new FakeTimeProvider(), static _ => { }) { Open = _open };

    [Theory]
    [InlineData(Data, EndStream)]
    [InlineData(Headers, EndStream)]
    [InlineData(Reset, 0)]
    public void A_stream_that_the_server_ends_makes_room_for_one(byte type, byte flags)
    {
        Open(1, Http2Guard.MaxStreams);
        _conduct.Sent(new FrameHeader(Headers, 0, 1, 4, 4));
        _conduct.Sent(new FrameHeader(Data, 0, 1, 4, 4));
        Open(1001, 1);
        _conduct.Sent(new FrameHeader(type, flags, 1, 4, 4));
        Open(1003, 2);

        Assert.True(_open.IsTooMany(1001));
        Assert.False(_open.IsTooMany(1003));
        Assert.True(_open.IsTooMany(1005));
    }

    [Fact]
    public void A_stream_that_the_client_resets_makes_room_for_one()
    {
        Open(1, Http2Guard.MaxStreams);

        _conduct.Received(new FrameHeader(Reset, 0, 1, 4, 4));
        Open(1001, 2);

        Assert.False(_open.IsTooMany(1001));
        Assert.True(_open.IsTooMany(1003));
    }

    [Fact]
    public void Of_a_page_that_is_left_no_more_is_thought_than_that()
    {
        Open(1, 40);
        Give(1, 32);

        Assert.False(_conduct.TakePause());
        Give(65, 1);
        Assert.True(_conduct.TakePause());
        Assert.False(_conduct.TakePause());
    }

    [Fact]
    public void What_the_client_let_end_speaks_for_it()
    {
        Open(1, 80);
        Give(1, 32);
        for (var stream = 65; stream < 65 + 20; stream += 2)
        {
            _conduct.Sent(new FrameHeader(Data, EndStream, stream, 4, 4));
        }

        Give(85, 10);
        Assert.False(_conduct.TakePause());
        Give(105, 1);
        Assert.True(_conduct.TakePause());
    }

    [Fact]
    public void Too_many_streams_count_as_resets_and_once()
    {
        Open(1, Http2Guard.MaxStreams);
        for (var stream = 1001; stream < 1001 + (2 * Conduct.MostResets); stream += 2)
        {
            Assert.True(_conduct.Received(new FrameHeader(Headers, 4, stream, 4, 4)));
            _conduct.Sent(new FrameHeader(Reset, 0, stream, 4, 4));
        }

        Assert.False(_conduct.Received(new FrameHeader(Headers, 4, 9999, 4, 4)));
    }

    [Fact]
    public void Only_a_reset_by_the_client_before_the_end_gives_a_stream_up()
    {
        Open(1, 3);
        _conduct.Sent(new FrameHeader(Data, EndStream, 1, 4, 4));
        _conduct.Sent(new FrameHeader(Reset, 0, 3, 4, 4));
        for (var stream = 1; stream <= 7; stream += 2)
        {
            _conduct.Received(new FrameHeader(Reset, 0, stream, 4, 4));
        }

        Assert.Equal([5], Enumerable.Range(1, 9).Where(_open.WasGivenUp));
    }

    private void Open(int first, int count)
    {
        for (var stream = first; stream < first + (2 * count); stream += 2)
        {
            _conduct.Received(new FrameHeader(Headers, 4, stream, 4, 4));
        }
    }

    [Fact]
    public void Who_ends_its_answers_by_resets_is_not_kept_waiting()
    {
        Open(1, 80);
        for (var stream = 1; stream < 160; stream += 2)
        {
            _conduct.Sent(new FrameHeader(Headers, 4, stream, 4, 4));
        }

        Give(1, 80);

        Assert.False(_conduct.TakePause());
    }

    [Fact]
    public void As_many_answers_as_make_two_pages_heal_any_number_of_resets()
    {
        for (var first = 1; first < 20_000; first += 200)
        {
            Open(first, 100);
            Give(first, 100);
        }

        _ = _conduct.TakePause();
        Open(20_001, 64);
        for (var stream = 20_001; stream < 20_001 + 128; stream += 2)
        {
            _conduct.Sent(new FrameHeader(Data, EndStream, stream, 4, 4));
        }

        Open(30_001, 32);
        Give(30_001, 32);

        Assert.False(_conduct.TakePause());
    }

    private void Give(int first, int count)
    {
        for (var stream = first; stream < first + (2 * count); stream += 2)
        {
            _conduct.Received(new FrameHeader(Reset, 0, stream, 4, 4));
        }
    }
}
