namespace ActorProxy.ControlPlane.Supervision;

/// <summary>Why an actor was restarted or replaced. Safe to show: the text of an exception is in the log only.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Kind">The name of the exception's type, or <c>deaf</c>.</param>
/// <param name="ErrorId">Finds the full story in the log.</param>
public sealed record ActorFailure(DateTimeOffset Time, string Kind, string ErrorId);
