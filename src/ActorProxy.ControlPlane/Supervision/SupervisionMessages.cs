namespace ActorProxy.ControlPlane.Supervision;

/// <summary>What <c>supervisor</c> and every long-lived actor understand, whatever they do.</summary>
public static class SupervisionMessages
{
    /// <summary>To <c>supervisor</c>: crash an actor by its public name. Answered by <see cref="DrillBegun"/> or <see cref="UnknownActor"/>.</summary>
    /// <param name="Name">As the <c>actors</c> command shows it.</param>
    public sealed record CrashActor(string Name);

    /// <summary>To <c>supervisor</c>: block an actor. Answered by <see cref="DrillBegun"/> or <see cref="UnknownActor"/>.</summary>
    /// <param name="Name">As the <c>actors</c> command shows it.</param>
    /// <param name="Duration">How long its thread is held.</param>
    public sealed record HangActor(string Name, TimeSpan Duration);

    /// <summary>The actor has been told; it crashes or hangs in its next message.</summary>
    public sealed record DrillBegun;

    /// <summary>No actor has that name now.</summary>
    public sealed record UnknownActor;

    /// <summary>To any <see cref="ControlPlaneActor"/>: throw.</summary>
    public sealed record Crash;

    /// <summary>To any <see cref="ControlPlaneActor"/>: hold the thread.</summary>
    /// <param name="Duration">How long.</param>
    public sealed record Hang(TimeSpan Duration);

    /// <summary>To any <see cref="ControlPlaneActor"/>: are you there? Answered by <see cref="Alive"/>.</summary>
    /// <param name="Number">Tells a late answer from a fresh one.</param>
    public sealed record Probe(long Number);

    /// <summary>I am.</summary>
    /// <param name="Number">The probe's.</param>
    public sealed record Alive(long Number);

    /// <summary>An incarnation has begun, the first or after a failure; told to the parent.</summary>
    internal sealed record Started;
}
