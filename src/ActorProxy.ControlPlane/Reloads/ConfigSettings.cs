using Akka.Configuration;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary><c>actor-proxy.config</c>.</summary>
internal sealed record ConfigSettings
{
    public ConfigSettings(Config section)
    {
        ReadTimeout = ActorSettings.Time(section, "read-timeout");
        PrepareTimeout = ActorSettings.Time(section, "prepare-timeout");
        ConfirmationCheck = ActorSettings.Time(section, "confirmation-check");
        UndoRetry = ActorSettings.Time(section, "undo-retry");
    }

    public TimeSpan ReadTimeout { get; init; }

    public TimeSpan PrepareTimeout { get; init; }

    public TimeSpan ConfirmationCheck { get; init; }

    public TimeSpan UndoRetry { get; init; }
}
