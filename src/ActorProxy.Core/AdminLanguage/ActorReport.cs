namespace ActorProxy.Core.AdminLanguage;

/// <summary>One actor as <c>actors</c> shows it.</summary>
/// <param name="Path">Its name.</param>
/// <param name="State">One word.</param>
/// <param name="Restarts">Since the process began.</param>
/// <param name="LastFailure">The last one; <c>null</c> for none.</param>
/// <param name="Uptime">Of this incarnation.</param>
public sealed record ActorReport(string Path, string State, long Restarts, FailureReport? LastFailure, TimeSpan Uptime);
