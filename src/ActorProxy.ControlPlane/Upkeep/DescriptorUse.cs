namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>How many file descriptors the process has open, of how many it may have.</summary>
/// <param name="Open">Open now.</param>
/// <param name="Limit">The limit that holds now.</param>
public readonly record struct DescriptorUse(long Open, long Limit)
{
    /// <summary>Whole percent of the limit, rounded down.</summary>
    public int Percent => (int)(Open * 100 / Limit);
}
