namespace ActorProxy.ControlPlane.Reloads;

/// <summary>Why a validation found no plan.</summary>
public enum ValidationFailure
{
    /// <summary>The file is wrong, or can't be read.</summary>
    Invalid,

    /// <summary>The file changed during every try to read it.</summary>
    ChangedDuringRead,

    /// <summary>Something failed inside; only the log explains it.</summary>
    Failed,
}
