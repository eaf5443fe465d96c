namespace ActorProxy.Core.Configuration;

/// <summary>The <c>[logging]</c> table.</summary>
public sealed record Logging
{
    /// <summary>The lowest level that is written. Reloadable.</summary>
    public LogLevelName Level { get; init; } = LogLevelName.Info;

    /// <summary>How a line is written. Needs a restart.</summary>
    public LogFormat Format { get; init; }

    /// <summary>Absolute path of the log file beside stdout; <c>null</c> for none. Needs a restart.</summary>
    public string? LogFilePath { get; init; }
}
