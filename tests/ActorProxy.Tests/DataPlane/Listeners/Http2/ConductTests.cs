using ActorProxy.DataPlane.Listeners.Http2;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

public sealed class ConductTests
{
    private static readonly FrameHeader Ping = new(6, 0, 0, 8, 8);
    private static readonly FrameHeader WindowUpdate = new(8, 0, 0, 4, 4);
    private static readonly FrameHeader LargeData = new(0, 0, 1, 16 * 1024, 16 * 1024);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _ended = [];
    private readonly Conduct _conduct;

    public ConductTests() => _conduct = new Conduct(_time, _ended.Add);

    [Fact]
    public void The_frame_after_the_thousandth_is_too_much()
    {
        Repeat(Conduct.MostIdleFrames, Ping);

        Assert.False(_conduct.Received(Ping));
        Assert.True(_conduct.IsOver);
        Assert.Equal(["control_frames"], _ended);
    }

    [Fact]
    public void The_end_is_told_once()
    {
        Repeat(Conduct.MostIdleFrames, Ping);
        _conduct.Received(Ping);
        _conduct.Received(Ping);

        Assert.Single(_ended);
    }

    [Fact]
    public void Frames_of_all_kinds_are_counted_together()
    {
        FrameHeader[] kinds = [Ping, new(4, 1, 0, 0, 0), new(2, 0, 1, 5, 5), WindowUpdate, new(0, 0, 1, 0, 0), new(9, 0, 1, 3, 3), new(7, 0, 0, 8, 8)];
        for (var count = 0; count < Conduct.MostIdleFrames; count++)
        {
            Assert.True(_conduct.Received(kinds[count % kinds.Length]));
        }

        Assert.False(_conduct.Received(Ping));
    }

    [Fact]
    public void Ninety_a_second_are_never_too_many()
    {
        for (var count = 0; count < 5000; count++)
        {
            _time.Advance(TimeSpan.FromSeconds(1.0 / 90));
            Assert.True(_conduct.Received(Ping));
        }
    }

    [Fact]
    public void A_new_request_begins_the_count_anew_and_trailers_do_not()
    {
        Assert.True(_conduct.Received(new FrameHeader(1, 4, 1, 10, 10)));
        Repeat(Conduct.MostIdleFrames, Ping);
        Assert.True(_conduct.Received(new FrameHeader(1, 4, 3, 10, 10)));
        Repeat(Conduct.MostIdleFrames, Ping);

        Assert.True(_conduct.Received(new FrameHeader(1, 5, 3, 10, 10)));
        Assert.False(_conduct.Received(Ping));
    }

    [Fact]
    public void Bodies_and_their_ends_are_no_empty_frames()
    {
        Repeat(10 * Conduct.MostIdleFrames, LargeData);
        Repeat(10 * Conduct.MostIdleFrames, new FrameHeader(0, 1, 1, 0, 0));

        Assert.False(_conduct.IsOver);
    }

    [Fact]
    public void What_answers_data_is_not_counted()
    {
        // A client that gives 2 KiB back at a time, of the stream and of the connection, and measures the way with a PING.
        for (var frame = 0; frame < 10_000; frame++)
        {
            _conduct.Sent(LargeData);
            Repeat(16, WindowUpdate);
            Repeat(1, Ping);
        }

        Assert.False(_conduct.IsOver);
    }

    [Fact]
    public void A_little_data_excuses_little()
    {
        _conduct.Sent(new FrameHeader(0, 0, 1, 1, 1));

        Repeat(Conduct.MostIdleFrames + 3, Ping);

        Assert.False(_conduct.Received(Ping));
    }

    [Fact]
    public void Resets_of_both_sides_are_counted_together()
    {
        for (var stream = 1; stream < 2 * Conduct.MostResets; stream += 4)
        {
            Assert.True(_conduct.Received(Reset(stream)));
            _conduct.Sent(Reset(stream + 2));
        }

        Assert.False(_conduct.IsOver);
        _conduct.Sent(Reset(9999));
        Assert.True(_conduct.IsOver);
        Assert.Equal(["resets"], _ended);
    }

    [Fact]
    public void A_stream_that_both_sides_reset_counts_once()
    {
        for (var stream = 1; stream < 2 * Conduct.MostResets; stream += 2)
        {
            Assert.True(_conduct.Received(Reset(stream)));
            _conduct.Sent(Reset(stream));
        }

        Assert.False(_conduct.IsOver);
    }

    [Fact]
    public void Resetting_one_stream_again_and_again_is_a_flood_of_control_frames()
    {
        for (var count = 0; count <= Conduct.MostIdleFrames; count++)
        {
            Assert.True(_conduct.Received(Reset(1)));
        }

        Assert.False(_conduct.Received(Reset(1)));
    }

    [Fact]
    public void New_requests_do_not_excuse_resets()
    {
        for (var stream = 1; stream < 2 * Conduct.MostResets; stream += 2)
        {
            Assert.True(_conduct.Received(new FrameHeader(1, 5, stream, 10, 10)));
            Assert.True(_conduct.Received(Reset(stream)));
        }

        Assert.False(_conduct.Received(Reset(9999)));
    }

    [Fact]
    public void Nineteen_resets_a_second_are_never_too_many()
    {
        for (var stream = 1; stream < 2000; stream += 2)
        {
            _time.Advance(TimeSpan.FromSeconds(1.0 / 19));
            Assert.True(_conduct.Received(Reset(stream)));
        }
    }

    [Fact]
    public void A_goaway_within_a_head_of_many_pieces_is_for_the_flood()
    {
        _conduct.Sent(new FrameHeader(7, 0, 0, 8, 8));
        Assert.False(_conduct.IsOver);
        Assert.True(_conduct.Received(new FrameHeader(1, 0, 1, 10, 10)));
        Repeat(17, new FrameHeader(9, 0, 1, 10, 10));

        _conduct.Sent(new FrameHeader(7, 0, 0, 8, 8));

        Assert.Equal(["continuation"], _ended);
    }

    private static FrameHeader Reset(int stream) => new(3, 0, stream, 4, 4);

    private void Repeat(int times, FrameHeader frame)
    {
        for (var count = 0; count < times; count++)
        {
            Assert.True(_conduct.Received(frame));
        }
    }
}
