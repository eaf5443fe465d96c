using ActorProxy.Core.Configuration;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>A reload that undoes itself unless it is confirmed in time.</summary>
/// <param name="Revision">The revision that waits.</param>
/// <param name="Before">What was live before, and will be again.</param>
/// <param name="Deadline">A <see cref="TimeProvider.GetTimestamp"/>: no step of the wall clock shortens or stretches it.</param>
public sealed record PendingConfirmation(long Revision, Snapshot Before, long Deadline)
{
    /// <summary>What is left of the time to confirm; never negative.</summary>
    /// <param name="time">The clock that the deadline was taken from.</param>
    public TimeSpan Left(TimeProvider time)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), Deadline);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
