using Akka.Configuration;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary><c>actor-proxy.config</c>.</summary>
internal sealed record ConfigSettings
{
    public ConfigSettings(Config section)
    {
        GatherAfter = ActorSettings.Time(section, "gather-after");
        GatherQuiet = ActorSettings.Time(section, "gather-quiet");
        GatherAtMost = ActorSettings.Time(section, "gather-at-most");
        ReadTimeout = ActorSettings.Time(section, "read-timeout");
        PrepareTimeout = ActorSettings.Time(section, "prepare-timeout");
        ConfirmationCheck = ActorSettings.Time(section, "confirmation-check");
        UndoRetry = ActorSettings.Time(section, "undo-retry");
    }

    public TimeSpan GatherAfter { get; init; }

    public TimeSpan GatherQuiet { get; init; }

    public TimeSpan GatherAtMost { get; init; }

    public TimeSpan ReadTimeout { get; init; }

    public TimeSpan PrepareTimeout { get; init; }

    public TimeSpan ConfirmationCheck { get; init; }

    public TimeSpan UndoRetry { get; init; }
}
