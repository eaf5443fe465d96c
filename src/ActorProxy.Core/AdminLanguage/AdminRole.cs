namespace ActorProxy.Core.AdminLanguage;

/// <summary>What a peer may do. An admin may do everything that a viewer may.</summary>
public enum AdminRole
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Reads and changes.</summary>
    Admin,
}
