namespace ActorProxy.DataPlane;

/// <summary>A request as the snapshot it began with knows it: a link in the list of <see cref="SnapshotUse"/>.</summary>
internal abstract class SnapshotUser
{
    /// <summary>Timestamp of its beginning.</summary>
    public long Began { get; protected set; }

    internal int Stripe { get; set; }

    internal SnapshotUser? Older { get; set; }

    internal SnapshotUser? Newer { get; set; }
}
