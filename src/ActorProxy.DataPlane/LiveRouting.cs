namespace ActorProxy.DataPlane;

/// <summary>The one mutable cell of the data plane. A request reads it once, at its start, and keeps what it read to its end.</summary>
internal sealed class LiveRouting(RoutingTable first)
{
    private RoutingTable _current = first;

    public RoutingTable Current => Volatile.Read(ref _current);

    /// <summary>Swaps the table in. A table older than the live one is left out: a late commit can't undo a newer one.</summary>
    public void Swap(RoutingTable next)
    {
        var current = Current;
        while (next.Revision > current.Revision)
        {
            var seen = Interlocked.CompareExchange(ref _current, next, current);
            if (ReferenceEquals(seen, current))
            {
                return;
            }

            current = seen;
        }
    }
}
