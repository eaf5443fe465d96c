namespace ActorProxy.Core.Logs;

/// <summary>Lines that a destination could not take and nobody was told of yet.</summary>
/// <param name="Destination">Which one.</param>
/// <param name="ForOthers">How many the other destinations should tell of.</param>
/// <param name="ForItself">How many it should tell of itself, now that it takes lines again; 0 while it does not.</param>
/// <param name="Reason">What the kernel said of the last write; empty when the lines only came faster than they were taken.</param>
internal sealed record DroppedLines(LogDestination Destination, long ForOthers, long ForItself, string Reason);
