namespace ActorProxy.Core.Planes;

/// <summary>A routing table that was built aside.</summary>
public interface IPreparedRouting
{
    /// <summary>Makes it the live one, in one write. Can't fail; a second call changes nothing. An older revision than the live one is ignored.</summary>
    void Commit();
}
