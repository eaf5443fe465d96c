namespace ActorProxy.Core.AdminLanguage;

/// <summary>A snapshot that is still in use.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Requests">Requests that began with it and have not ended.</param>
/// <param name="Oldest">How long the oldest of them has run; zero when there is none.</param>
public sealed record SnapshotReport(long Revision, long Requests, TimeSpan Oldest);
