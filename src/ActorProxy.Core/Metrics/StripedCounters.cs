using System.Numerics;

namespace ActorProxy.Core.Metrics;

/// <summary>A few counters that many threads raise: each core has its own copy, and a reader sums them.</summary>
internal sealed class StripedCounters
{
    private const int LongsPerCacheLine = 8;

    // More copies would cost every site memory for little: what matters is that the busiest cores seldom meet.
    private static readonly int Stripes = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 8));

    private readonly long[] _cells;
    private readonly int _width;

    public StripedCounters(int counters)
    {
        _width = (counters + (2 * LongsPerCacheLine) - 1) / LongsPerCacheLine * LongsPerCacheLine;
        _cells = new long[_width * Stripes];
    }

    public void Add(int counter, long value) =>
        Interlocked.Add(ref _cells[((Thread.GetCurrentProcessorId() & (Stripes - 1)) * _width) + counter], value);

    /// <summary>May be one step behind writers that run meanwhile.</summary>
    public long Sum(int counter)
    {
        var sum = 0L;
        for (var cell = counter; cell < _cells.Length; cell += _width)
        {
            sum += Volatile.Read(ref _cells[cell]);
        }

        return sum;
    }
}
