using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>How often something happened in the last ten seconds, to a tenth of a second. In fixed memory; not for several threads.</summary>
internal struct RecentCount
{
    private const int Slots = 101;
    private static readonly TimeSpan SlotTime = TimeSpan.FromMilliseconds(100);

    private Ring _ring;
    private long _newest;
    private int _total;

    /// <summary>Counts one.</summary>
    /// <param name="now">Since any fixed instant; never less than before.</param>
    /// <returns>How many there were in the time, with this one.</returns>
    public int Add(TimeSpan now)
    {
        var slot = now.Ticks / SlotTime.Ticks;
        Span<ushort> ring = _ring;
        if (slot - _newest >= Slots)
        {
            Clear();
            _newest = slot;
        }

        while (_newest < slot)
        {
            ref var old = ref ring[(int)(++_newest % Slots)];
            _total -= old;
            old = 0;
        }

        ref var current = ref ring[(int)(slot % Slots)];
        if (current < ushort.MaxValue)
        {
            current++;
            _total++;
        }

        return _total;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        if (_total > 0)
        {
            ((Span<ushort>)_ring).Clear();
            _total = 0;
        }
    }

    [InlineArray(Slots)]
    private struct Ring
    {
        private ushort _first;
    }
}
