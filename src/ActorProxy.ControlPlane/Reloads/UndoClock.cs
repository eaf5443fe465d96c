namespace ActorProxy.ControlPlane.Reloads;

/// <summary>When an unconfirmed reload is undone: once its time is up, and after a refused undo not before a pause.</summary>
/// <param name="pause">How long a refused undo waits.</param>
/// <param name="time">The clock that deadlines are taken from.</param>
internal sealed class UndoClock(TimeSpan pause, TimeProvider time)
{
    private long _notBefore = long.MinValue;

    public bool IsDue(PendingConfirmation pending) => pending.Left(time) == TimeSpan.Zero && time.GetTimestamp() >= _notBefore;

    /// <summary>An undo was refused.</summary>
    public void Postpone() => _notBefore = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
}
