namespace ActorProxy.Core.Configuration;

/// <summary><c>logging.level</c>, from the most to the least talkative.</summary>
public enum LogLevelName
{
    /// <summary>Everything.</summary>
    Trace,

    /// <summary>What a developer needs.</summary>
    Debug,

    /// <summary>Requests and events.</summary>
    Info,

    /// <summary>What may need a look.</summary>
    Warn,

    /// <summary>What needs a look.</summary>
    Error,
}
