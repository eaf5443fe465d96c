namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>What <c>signals</c> understands. The host catches the signals and tells.</summary>
public static class SignalMessages
{
    /// <summary>SIGHUP: the configuration is read again.</summary>
    public sealed record HangUp;

    /// <summary>SIGUSR1: the log file is opened anew.</summary>
    public sealed record User1;
}
