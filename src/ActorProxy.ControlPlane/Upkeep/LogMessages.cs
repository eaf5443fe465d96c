using ActorProxy.Core.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>What <c>log</c> understands.</summary>
public static class LogMessages
{
    /// <summary>Another level, until restart or a reload that changes it. Answered by <see cref="Done"/>.</summary>
    /// <param name="Level">The lowest level that is written.</param>
    public sealed record SetLevel(LogLevelName Level);

    /// <summary>Opens the log file anew, as SIGUSR1 does. Answered by <see cref="Done"/> when that has been handed to the writer.</summary>
    public sealed record Reopen;

    /// <summary>It has been handed on.</summary>
    public sealed record Done;
}
