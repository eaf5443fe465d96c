using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.Core.Logs;

public sealed class LineWriterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, 7, TimeSpan.Zero);

    private static readonly string[] Attempts =
    [
        "\r\n2026-11-23T10:00:00.000Z INFO REQUEST client_ip=1.2.3.4", "a status=200", "\" evil=\"1", "\u2028", "a=b", "", "\\", "\\\"",
        "\u001b[31m", "'x'", "?", "/a?b=c d", "\ud800", "\U0001f4a5", "-", "%", "%0a", "\u0085", "\u00ff",
    ];

    private static readonly Gen<string> AnyText = Gen.Frequency(
        (3, Gen.Char['\0', '\u00ff'].Array[0, 60].Select(chars => new string(chars))),
        (2, Gen.Int[0, Attempts.Length - 1].Select(index => Attempts[index])),
        (1, Gen.String));

    [Fact]
    public void A_line_reads_as_the_manual_shows_it()
    {
        Assert.Equal(
            "2026-11-23T10:00:00.007Z INFO REQUEST client_ip=203.0.113.50 path=/a status=200\n",
            Write(LogFormat.Text, (ref LineWriter line) =>
            {
                line.Address("client_ip"u8, IPAddress.Parse("::ffff:203.0.113.50"));
                line.Path("path"u8, "/a?secret=1");
                line.Number("status"u8, 200);
            }));
        Assert.Equal(
            """{"time":"2026-11-23T10:00:00.007Z","level":"INFO","event":"REQUEST","client_ip":"2001:db8::1","host":"-","status":200}""" + "\n",
            Write(LogFormat.Json, (ref LineWriter line) =>
            {
                line.Address("client_ip"u8, IPAddress.Parse("2001:db8::1"));
                line.Raw("host"u8, "");
                line.Number("status"u8, 200);
            }));
    }

    [Theory]
    [InlineData("/a%2Fb/../c;x=1&y", "/a%2Fb/../c;x=1&y")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("/\"quoted\"'", "/%22quoted%22%27")]
    [InlineData("/\r\n\t\0\u007f", "/%0D%0A%09%00%7F")]
    [InlineData("/\u00e9\u00ff", "/%E9%FF")]
    [InlineData("/\\", "/\\")]
    [InlineData("", "-")]
    [InlineData("?q", "-")]
    public void A_path_stands_as_it_came_but_can_not_end_its_field(string path, string expected)
    {
        var line = Write(LogFormat.Text, (ref LineWriter line) => line.Path("path"u8, path));

        Assert.Equal($"2026-11-23T10:00:00.007Z INFO REQUEST path={expected}\n", line);
    }

    [Theory]
    [InlineData("a=b", "a%3Db")]
    [InlineData("é", "%C3%A9")]
    [InlineData("\u2028", "%E2%80%A8")]
    [InlineData("100%", "100%")]
    public void A_text_is_encoded_as_UTF8(string text, string expected)
    {
        var line = Write(LogFormat.Text, (ref LineWriter line) => line.Text("value"u8, text));

        Assert.Equal($"2026-11-23T10:00:00.007Z INFO REQUEST value={expected}\n", line);
    }

    [Fact]
    public void No_value_forges_a_field_or_a_line()
    {
        Gen.Select(AnyText, AnyText, AnyText).Sample((text, raw, path) =>
        {
            void Fields(ref LineWriter line)
            {
                line.Text("text"u8, text);
                line.Raw("raw"u8, raw);
                line.Path("path"u8, path);
                line.Number("status"u8, 200);
            }

            var expected = new[] { Encoded(text, latin1: false, ""), Encoded(raw, latin1: true, ""), Encoded(path.Split('?')[0], latin1: true, "=") };

            var line = Write(LogFormat.Text, Fields);
            Assert.EndsWith("\n", line, StringComparison.Ordinal);
            var fields = line[..^1].Split(' ');
            Assert.Equal(["2026-11-23T10:00:00.007Z", "INFO", "REQUEST", $"text={expected[0]}", $"raw={expected[1]}", $"path={expected[2]}", "status=200"], fields);

            var json = Write(LogFormat.Json, Fields);
            Assert.Equal(json.Length - 1, json.IndexOf('\n', StringComparison.Ordinal));
            var root = JsonDocument.Parse(json).RootElement;
            Assert.Equal(["time", "level", "event", "text", "raw", "path", "status"], root.EnumerateObject().Select(property => property.Name));
            Assert.Equal(expected, new[] { "text", "raw", "path" }.Select(key => root.GetProperty(key).GetString()));
        });
    }

    [Fact]
    public void Long_values_grow_the_buffer()
    {
        var path = "/" + new string('é', 20_000);

        var line = Write(LogFormat.Json, (ref LineWriter line) => line.Path("path"u8, path));

        Assert.Equal(60_001, JsonDocument.Parse(line).RootElement.GetProperty("path").GetString()!.Length);
    }

    [Fact]
    public void Times_are_right_over_the_change_of_a_second()
    {
        var time = new LineTime();
        foreach (var ticks in new[] { 0L, 1, 9_999_999, 10_000_000, 638_999_999_999_999_999, DateTime.MaxValue.Ticks, 5 })
        {
            var buffer = new byte[LineTime.Length];
            time.Write(new DateTimeOffset(ticks, TimeSpan.Zero), buffer);
            Assert.Equal(new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), Encoding.ASCII.GetString(buffer));
        }
    }

    private static string Write(LogFormat format, WriteFields fields)
    {
        var line = new LineWriter(format, new LineTime(), Now, LogLevelName.Info, "REQUEST"u8);
        fields(ref line);
        var text = Encoding.Latin1.GetString(line.End());
        line.Dispose();
        return text;
    }

    private static string Encoded(string value, bool latin1, string allowed)
    {
        if (value.Length == 0)
        {
            return "-";
        }

        IEnumerable<byte> bytes = latin1
            ? value.EnumerateRunes().SelectMany(rune => rune.Value <= 0xff ? [(byte)rune.Value] : Encoding.UTF8.GetBytes(rune.ToString()))
            : Encoding.UTF8.GetBytes(value);
        return string.Concat(bytes.Select(octet =>
            octet is > 0x20 and < 0x7f && (allowed.Contains((char)octet) || !"\"'=".Contains((char)octet)) ? ((char)octet).ToString() : $"%{octet:X2}"));
    }

    private delegate void WriteFields(ref LineWriter line);
}
