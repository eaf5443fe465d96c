namespace ActorProxy.DataPlane;

/// <summary>A request as the snapshot it began with knows it: a link in the list of <see cref="SnapshotUse"/>.</summary>
/// <param name="began">Timestamp of its beginning.</param>
internal abstract class SnapshotUser(long began)
{
    public long Began { get; } = began;

    internal int Stripe { get; set; }

    internal SnapshotUser? Older { get; set; }

    internal SnapshotUser? Newer { get; set; }
}
