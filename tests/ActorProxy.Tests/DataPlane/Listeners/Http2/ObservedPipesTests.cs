using System.Buffers;
using System.IO.Pipelines;
using ActorProxy.DataPlane.Listeners.Http2;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

public sealed class ObservedPipesTests
{
    private const int Preface = 24;
    private static readonly byte[] Ping = Http2Frames.PingFrame;
    private static readonly byte[] GoAway = Http2Frames.Frame(7, 0, 0, [0, 0, 0, 5, 0, 0, 0, 1, 9, 9]);

    private readonly Pipe _pipe = new(new PipeOptions(minimumSegmentSize: 16, useSynchronizationContext: false));
    private readonly Conduct _conduct = new(TimeProvider.System, static _ => { });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(1_000_000)]
    public async Task What_came_before_the_frame_that_was_too_much_is_shown_whole_and_nothing_after(int consumed)
    {
        await WriteFloodAsync();
        var reader = new ObservedPipeReader(_pipe.Reader, _conduct, TimeProvider.System);
        var shown = 0L;

        while (true)
        {
            var read = await reader.ReadAsync(Cancelled);
            var taken = Math.Min(consumed, read.Buffer.Length);
            shown += taken;
            reader.AdvanceTo(read.Buffer.GetPosition(taken));
            if (read is { IsCompleted: true, Buffer.Length: 0 })
            {
                break;
            }
        }

        Assert.Equal(Preface + (Conduct.MostIdleFrames * Ping.Length), shown);
    }

    [Fact]
    public async Task The_rest_can_be_read_past_it()
    {
        await WriteFloodAsync();
        var reader = new ObservedPipeReader(_pipe.Reader, _conduct, TimeProvider.System);
        await reader.ReadAsync(Cancelled);
        await reader.CompleteAsync();

        reader.Release();

        await _pipe.Writer.WriteAsync(Ping, Cancelled);
        Assert.NotEqual(0, (await _pipe.Reader.ReadAsync(Cancelled)).Buffer.Length);
    }

    [Fact]
    public async Task A_read_that_waits_ends_when_the_other_direction_was_too_much()
    {
        var conduct = new Conduct(TimeProvider.System, _ => _pipe.Reader.CancelPendingRead());
        var read = new ObservedPipeReader(_pipe.Reader, conduct, TimeProvider.System).ReadAsync(Cancelled);

        for (var stream = 1; stream <= Conduct.MostResets + 1; stream++)
        {
            conduct.Sent(new FrameHeader(3, 0, stream, 4, 4));
        }

        Assert.True((await read).IsCompleted);
    }

    [Fact]
    public async Task Who_resets_what_it_asks_for_is_read_from_after_a_pause()
    {
        var time = new FakeTimeProvider();
        var reader = new ObservedPipeReader(_pipe.Reader, new Conduct(time, static _ => { }) { Open = new OpenStreams() }, time);
        await _pipe.Writer.WriteAsync(new byte[Preface], Cancelled);
        for (var stream = 1; stream <= 200; stream += 2)
        {
            await _pipe.Writer.WriteAsync(Http2Frames.Frame(1, 5, stream, []), Cancelled);
            await _pipe.Writer.WriteAsync(Http2Frames.Frame(3, 0, stream, [0, 0, 0, 8]), Cancelled);
        }

        reader.AdvanceTo((await reader.ReadAsync(Cancelled)).Buffer.End);
        await _pipe.Writer.WriteAsync(Ping, Cancelled);
        var next = reader.ReadAsync(Cancelled).AsTask();

        time.Advance(Http2Guard.Pause - TimeSpan.FromTicks(1));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        reader.AdvanceTo((await next.WaitAsync(Cancelled)).Buffer.End);

        // Once: what brings no resets is followed by none.
        await _pipe.Writer.WriteAsync(Ping, Cancelled);
        Assert.True(reader.ReadAsync(Cancelled).IsCompleted);
    }

    [Fact]
    public async Task The_goaway_of_a_flood_says_so_however_it_is_written()
    {
        for (var number = 0; number <= Conduct.MostIdleFrames; number++)
        {
            _conduct.Received(new FrameHeader(6, 0, 0, 8, 8));
        }

        for (var split = 0; split <= GoAway.Length; split++)
        {
            byte[] expected = [.. Ping, .. GoAway[..13], 0, 0, 0, 0xb, 9, 9, .. Ping];

            Assert.Equal(expected, await WriteAsync([.. Ping, .. GoAway[..split]], [.. GoAway[split..], .. Ping]));
        }
    }

    [Fact]
    public async Task The_settings_tell_of_a_hundred_streams_however_they_are_written()
    {
        var settings = Http2Frames.Frame(4, 0, 0, [0, 5, 0, 3, 0, 3, 0, 3, 0, 0, 0x3, 0xe8, 0, 8, 0, 3, 0, 1]);
        byte[] expected = [.. Http2Frames.Frame(4, 0, 0, [0, 5, 0, 3, 0, 3, 0, 3, 0, 0, 0, 100, 0, 8, 0, 3, 0, 1]), .. Ping];

        for (var split = 0; split <= settings.Length; split++)
        {
            Assert.Equal(expected, await WriteAsync(settings[..split], [.. settings[split..], .. Ping]));
        }
    }

    [Fact]
    public async Task Any_other_goaway_stays_as_it_is() => Assert.Equal(GoAway, await WriteAsync(GoAway));

    private async Task WriteFloodAsync()
    {
        var flood = Enumerable.Repeat(Ping, Conduct.MostIdleFrames + 5).SelectMany(ping => ping);
        await _pipe.Writer.WriteAsync((byte[])[.. new byte[Preface], .. flood], Cancelled);
    }

    private async Task<byte[]> WriteAsync(params byte[][] pieces)
    {
        var pipe = new Pipe();
        var writer = new ObservedPipeWriter(pipe.Writer, _conduct);
        foreach (var piece in pieces)
        {
            writer.Write(piece);
        }

        await writer.FlushAsync(Cancelled);
        await writer.CompleteAsync();
        return (await pipe.Reader.ReadAtLeastAsync(int.MaxValue, Cancelled)).Buffer.ToArray();
    }
}
