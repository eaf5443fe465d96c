namespace ActorProxy.ControlPlane.Supervision;

/// <summary>How an actor does, as its probes tell; written in snake_case.</summary>
public enum ActorState
{
    /// <summary>It answers.</summary>
    Running,

    /// <summary>It failed, and its next incarnation has not begun.</summary>
    Restarting,

    /// <summary>It left probes unanswered.</summary>
    Deaf,
}
