using System.Globalization;
using System.Text;

namespace ActorProxy.DataPlane.FastPath;

/// <summary>The <c>Date</c> of answers that have none (RFC 9110 §6.6.1): written once a second. Any thread.</summary>
internal sealed class HttpDate(TimeProvider time)
{
    private Second _current = new(-1, []);

    /// <summary>The field as a line.</summary>
    public ReadOnlySpan<byte> Line
    {
        get
        {
            var now = time.GetUtcNow();
            var second = now.Ticks / TimeSpan.TicksPerSecond;
            var current = Volatile.Read(ref _current);
            if (current.Number != second)
            {
                current = new Second(second, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Date: {now:R}\r\n")));
                Volatile.Write(ref _current, current);
            }

            return current.Line;
        }
    }

    private sealed record Second(long Number, byte[] Line);
}
