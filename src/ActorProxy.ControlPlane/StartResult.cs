namespace ActorProxy.ControlPlane;

/// <summary>How the start of the control plane ended.</summary>
public abstract record StartResult
{
    private StartResult()
    {
    }

    /// <summary>The first snapshot is live and every listener accepts.</summary>
    /// <param name="Refs">Whom to tell.</param>
    public sealed record Started(ControlPlaneRefs Refs) : StartResult;

    /// <summary>A listener can't be bound; nothing accepts.</summary>
    /// <param name="Reason">One line for the operator.</param>
    public sealed record Refused(string Reason) : StartResult;
}
