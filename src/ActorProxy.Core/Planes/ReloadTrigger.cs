namespace ActorProxy.Core.Planes;

/// <summary>What asked for a configuration change; written in the history and the log in snake_case.</summary>
public enum ReloadTrigger
{
    /// <summary>The first load.</summary>
    Start,

    /// <summary>SIGHUP.</summary>
    Sighup,

    /// <summary>The admin socket.</summary>
    Socket,

    /// <summary>The admin HTTP API.</summary>
    Http,

    /// <summary>The <c>rollback</c> command.</summary>
    Rollback,

    /// <summary>A confirmation that did not come in time.</summary>
    AutoRevert,
}
