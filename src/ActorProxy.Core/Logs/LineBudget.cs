using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorProxy.Core.Logs;

/// <summary>
/// At most five lines of one client within any second; those left out are counted and told with the next. Remembers a bounded
/// number of clients: while more than that are noisy within one second, the rest share one budget.
/// </summary>
internal sealed class LineBudget(int maxClients = 16_384)
{
    private const int LinesPerSecond = 5;
    private const long SecondMs = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Spent> _clients = [];
    private Spent _others;
    private long _sweptAt;

    /// <summary>Asks for one line.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="nowMs">The wall clock as the line will show it. One that was set back begins a new second.</param>
    /// <param name="suppressed">Lines of this client that were left out since its last one.</param>
    public bool TryTake(ulong client, long nowMs, out long suppressed)
    {
        lock (_lock)
        {
            ref var spent = ref Find(client, nowMs);
            ref var oldest = ref spent.TimesMs[spent.Next];
            if (oldest != 0 && nowMs >= oldest && nowMs - oldest < SecondMs)
            {
                spent.Suppressed++;
                suppressed = 0;
                return false;
            }

            oldest = nowMs;
            spent.Next = (spent.Next + 1) % LinesPerSecond;
            suppressed = spent.Suppressed;
            spent.Suppressed = 0;
            return true;
        }
    }

    private ref Spent Find(ulong client, long nowMs)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_clients, client);
        if (!Unsafe.IsNullRef(ref known))
        {
            return ref known;
        }

        if (_clients.Count >= maxClients && Math.Abs(nowMs - _sweptAt) >= SecondMs)
        {
            _sweptAt = nowMs;
            foreach (var (quiet, spent) in _clients)
            {
                if (Math.Abs(nowMs - spent.LastMs) >= SecondMs)
                {
                    _clients.Remove(quiet);
                }
            }
        }

        return ref _clients.Count < maxClients
            ? ref CollectionsMarshal.GetValueRefOrAddDefault(_clients, client, out _)
            : ref _others;
    }

    /// <summary>When the last lines were written, as a ring.</summary>
    private struct Spent
    {
        public Times TimesMs;
        public int Next;
        public long Suppressed;

        public readonly long LastMs => TimesMs[(Next + LinesPerSecond - 1) % LinesPerSecond];
    }

    [InlineArray(LinesPerSecond)]
    private struct Times
    {
        private long _first;
    }
}
