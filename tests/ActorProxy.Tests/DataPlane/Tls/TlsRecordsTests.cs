using ActorProxy.DataPlane.Tls;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Tls;

public sealed class TlsRecordsTests
{
    private const byte Handshake = 22;
    private const byte ApplicationData = 23;
    private const byte Alert = 21;

    [Theory]
    [InlineData(Alert, 2, 0, true)]
    [InlineData(Alert, 26, 0, true)]
    [InlineData(ApplicationData, 19, 0, true)]
    [InlineData(ApplicationData, 18, 0, false)]
    [InlineData(ApplicationData, 300, 0, false)]
    [InlineData(Handshake, 19, 0, false)]
    [InlineData(Alert, 2, 1, false)]
    [InlineData(ApplicationData, 19, 1, false)]
    [InlineData(ApplicationData, 19, 20, false)]
    public void Only_a_whole_alert_at_the_end_announces_it(byte type, int length, int missing, bool announced)
    {
        byte[] bytes = [.. Record(Handshake, 512), .. Record(Alert, 2), .. Record(ApplicationData, 0), .. Record(ApplicationData, 700), .. Record(type, length)];
        bytes = bytes[..^missing];

        for (var split = 0; split <= bytes.Length; split++)
        {
            var records = default(TlsRecords);
            records.Add(bytes.AsSpan(0, split));
            records.Add(bytes.AsSpan(split));
            Assert.Equal(announced, records.EndWithAlert);
        }
    }

    [Fact]
    public void Nothing_announces_nothing() => Assert.False(default(TlsRecords).EndWithAlert);

    private static byte[] Record(byte type, int length)
    {
        var record = new byte[5 + length];
        record.AsSpan().Fill(Alert);
        byte[] header = [type, 3, 3, (byte)(length >> 8), (byte)length];
        header.CopyTo(record, 0);
        return record;
    }
}
