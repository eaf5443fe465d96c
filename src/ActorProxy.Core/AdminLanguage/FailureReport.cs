namespace ActorProxy.Core.AdminLanguage;

/// <summary>Why an actor failed, without the words of any exception.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Kind">The name of the exception's type, or <c>deaf</c>.</param>
/// <param name="ErrorId">Finds the story in the log.</param>
public sealed record FailureReport(DateTimeOffset Time, string Kind, string ErrorId);
