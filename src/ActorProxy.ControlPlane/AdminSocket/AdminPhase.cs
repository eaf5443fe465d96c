namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>How far a client has come.</summary>
internal enum AdminPhase
{
    /// <summary>For a slot: nothing is read yet.</summary>
    Waiting,

    /// <summary>Its line drips in.</summary>
    Reading,

    /// <summary>Its line is with the actors.</summary>
    Asked,

    /// <summary>Its answer is being written.</summary>
    Answering,

    /// <summary>It has its answer; what it still sends is thrown away, so that closing does not reset it.</summary>
    Lingering,

    /// <summary>It is gone.</summary>
    Closed,
}
