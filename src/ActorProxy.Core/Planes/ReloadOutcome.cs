namespace ActorProxy.Core.Planes;

/// <summary>How an attempt to change the configuration ended; written in snake_case.</summary>
public enum ReloadOutcome
{
    /// <summary>A new revision is live.</summary>
    Applied,

    /// <summary>The file says what runs already.</summary>
    Unchanged,

    /// <summary>Nothing has changed.</summary>
    Failed,

    /// <summary>An unconfirmed reload was undone; a new revision is live.</summary>
    AutoReverted,
}
