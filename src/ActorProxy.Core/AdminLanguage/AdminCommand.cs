using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>Every command there is, with arguments that were read and checked.</summary>
public abstract record AdminCommand
{
    private AdminCommand()
    {
    }

    /// <summary>How the proxy does, in one object.</summary>
    public sealed record Status : AdminCommand;

    /// <summary>The sites with their counters.</summary>
    public sealed record Sites : AdminCommand;

    /// <summary>The last reload attempts.</summary>
    public sealed record History : AdminCommand;

    /// <summary>The actors and their restarts.</summary>
    public sealed record Actors : AdminCommand;

    /// <summary>Prometheus text.</summary>
    public sealed record Metrics : AdminCommand;

    /// <summary>The commands that this peer may use.</summary>
    public sealed record Help : AdminCommand;

    /// <summary>What the file would change.</summary>
    public sealed record Diff : AdminCommand;

    /// <summary>Read the file and apply it.</summary>
    /// <param name="IfPlan">Only what was validated with this plan; <c>null</c> for whatever the file says.</param>
    /// <param name="ConfirmSeconds">1–3600: undo it unless confirmed in time; <c>null</c> for no confirmation.</param>
    public sealed record Reload(string? IfPlan, int? ConfirmSeconds) : AdminCommand;

    /// <summary>Keep an unconfirmed reload.</summary>
    public sealed record Confirm : AdminCommand;

    /// <summary>Dry run.</summary>
    public sealed record Validate : AdminCommand;

    /// <summary>Re-apply an earlier snapshot.</summary>
    /// <param name="Revision">Which one; <c>null</c> for the one before.</param>
    public sealed record Rollback(long? Revision) : AdminCommand;

    /// <summary>Another log level, until restart or a reload that changes it.</summary>
    /// <param name="Level">The lowest level that is written.</param>
    public sealed record LogLevel(LogLevelName Level) : AdminCommand;

    /// <summary>Open the log file anew.</summary>
    public sealed record LogReopen : AdminCommand;

    /// <summary>Stop gracefully.</summary>
    public sealed record Shutdown : AdminCommand;

    /// <summary>Drill: an actor throws in its next message.</summary>
    /// <param name="Name">As the <c>actors</c> command shows it.</param>
    public sealed record DebugCrash(string Name) : AdminCommand;

    /// <summary>Drill: an actor hangs.</summary>
    /// <param name="Name">As the <c>actors</c> command shows it.</param>
    /// <param name="Seconds">1–3600.</param>
    public sealed record DebugHang(string Name, int Seconds) : AdminCommand;

    /// <summary>Drill: hold descriptors, as many as there are to get.</summary>
    /// <param name="Count">Above 0.</param>
    /// <param name="Seconds">1–3600.</param>
    public sealed record DebugFds(int Count, int Seconds) : AdminCommand;
}
