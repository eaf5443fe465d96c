namespace ActorProxy.Core.Configuration;

/// <summary><c>logging.format</c>.</summary>
public enum LogFormat
{
    /// <summary><c>key=value</c> lines.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
