using System.Text;
using ActorProxy.Core.AdminLanguage;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

public class LineReaderTests
{
    [Theory]
    [InlineData("status\n", "status")]
    [InlineData("status\r\n", "status")]
    [InlineData("status\nreload\n", "status")]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("a\rb\n", "a\rb")]
    [InlineData("a\r\r\n", "a\r")]
    public void A_line_ends_at_its_end(string input, string line) => Assert.Equal(line, Read(input, end: false));

    [Theory]
    [InlineData("status", "status")]
    [InlineData("", "")]
    [InlineData("status\r", "status\r")]
    public void The_end_of_the_input_ends_a_line(string input, string line) => Assert.Equal(line, Read(input, end: true));

    [Theory]
    [InlineData("12345678\n")]
    [InlineData("12345678\r\n")]
    [InlineData("12345678")]
    public void A_line_of_the_full_length_is_whole(string input) => Assert.Equal("12345678", Read(input, end: true));

    [Theory]
    [InlineData("123456789")]
    [InlineData("123456789\n")]
    [InlineData("12345678\r\r\n")]
    [InlineData("12345678\rx")]
    public void A_longer_one_is_known_before_its_end(string input)
    {
        var reader = new LineReader(8);
        Feed(reader, Encoding.UTF8.GetBytes(input));

        Assert.Equal(LineState.TooLong, reader.State);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void A_long_line_is_read_whole_and_no_more_is_kept(int limit)
    {
        var line = Enumerable.Repeat((byte)'a', limit).ToArray();
        var reader = new LineReader(limit);
        Feed(reader, [.. line, (byte)'\r', (byte)'\n']);

        Assert.Equal(LineState.Complete, reader.State);
        Assert.True(reader.Line.Span.SequenceEqual(line));

        var tooLong = new LineReader(limit);
        Feed(tooLong, [.. line, (byte)'a']);
        Assert.Equal(LineState.TooLong, tooLong.State);
    }

    [Fact]
    public void Without_an_end_nothing_is_known() => Assert.Null(Read("status", end: false));

    [Fact]
    public void However_it_is_split_the_outcome_is_the_same() =>
        Gen.Select(Gen.OneOf('a', 'b', '\r', '\n').Array[0, 14], Gen.Int[1, 5].Array[20]).Sample((chars, sizes) =>
        {
            var input = Encoding.UTF8.GetBytes(chars);
            var whole = new LineReader(8);
            Feed(whole, input);
            whole.Take(0);

            var split = new LineReader(8);
            var rest = input.AsSpan();
            foreach (var size in sizes)
            {
                var step = Math.Min(size, rest.Length);
                Feed(split, rest[..step]);
                rest = rest[step..];
            }

            split.Take(0);
            Assert.Equal(whole.State, split.State);
            if (whole.State == LineState.Complete)
            {
                Assert.Equal(whole.Line.ToArray(), split.Line.ToArray());
            }
        });

    private static string? Read(string input, bool end)
    {
        var reader = new LineReader(8);
        foreach (var value in Encoding.UTF8.GetBytes(input))
        {
            Feed(reader, [value]);
        }

        if (end)
        {
            reader.Take(0);
        }

        return reader.State == LineState.Complete ? Encoding.UTF8.GetString(reader.Line.Span) : null;
    }

    private static void Feed(LineReader reader, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && reader.State == LineState.Incomplete)
        {
            var step = Math.Min(bytes.Length, reader.Room.Length);
            bytes[..step].CopyTo(reader.Room);
            reader.Take(step);
            bytes = bytes[step..];
        }
    }
}
