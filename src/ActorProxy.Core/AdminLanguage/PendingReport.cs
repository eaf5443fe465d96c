namespace ActorProxy.Core.AdminLanguage;

/// <summary>A reload that undoes itself unless it is confirmed.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Left">What is left of the time.</param>
public sealed record PendingReport(long Revision, TimeSpan Left);
