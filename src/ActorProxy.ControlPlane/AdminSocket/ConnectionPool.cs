namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>
/// Who has a slot. Two are kept for root and the proxy's own user, so that nobody else can keep the operator out. A slot comes back
/// by <see cref="Return"/> alone.
/// </summary>
/// <param name="size">All slots; at least 3.</param>
internal sealed class ConnectionPool(int size)
{
    private const int Reserved = 2;

    // Number → whether a slot was kept for it.
    private readonly Dictionary<long, bool> _taken = [];

    public int Taken => _taken.Count;

    /// <summary>Takes a slot of the class.</summary>
    /// <param name="number">The connection's.</param>
    /// <param name="isRootOrOwn">Whether it may have one of those that are kept.</param>
    public bool TryTake(long number, bool isRootOrOwn)
    {
        var others = _taken.Count(taken => !taken.Value);
        if (_taken.Count >= size || (!isRootOrOwn && others >= size - Reserved))
        {
            return false;
        }

        _taken.Add(number, isRootOrOwn);
        return true;
    }

    /// <summary>The slot is free again.</summary>
    public void Return(long number) => _taken.Remove(number);
}
