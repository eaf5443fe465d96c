using System.Globalization;

namespace ActorProxy.Core.Logs;

/// <summary>Writes <c>2026-11-23T10:00:00.000Z</c>. The part up to the second is kept for the lines of the same second.</summary>
internal sealed class LineTime
{
    public const int Length = 24;

    private Second _second = new(0);

    public void Write(DateTimeOffset time, Span<byte> destination)
    {
        var number = time.UtcTicks / TimeSpan.TicksPerSecond;
        var second = Volatile.Read(ref _second);
        if (second.Number != number)
        {
            second = new Second(number);
            Volatile.Write(ref _second, second);
        }

        var ms = (int)(time.UtcTicks / TimeSpan.TicksPerMillisecond % 1000);
        second.Text.CopyTo(destination);
        destination[20] = (byte)('0' + (ms / 100));
        destination[21] = (byte)('0' + (ms / 10 % 10));
        destination[22] = (byte)('0' + (ms % 10));
        destination[23] = (byte)'Z';
    }

    private sealed class Second
    {
        public Second(long number)
        {
            Number = number;
            new DateTime(number * TimeSpan.TicksPerSecond, DateTimeKind.Utc)
                .TryFormat(Text, out _, "yyyy-MM-dd'T'HH:mm:ss'.'", CultureInfo.InvariantCulture);
        }

        public long Number { get; }

        public byte[] Text { get; } = new byte[20];
    }
}
