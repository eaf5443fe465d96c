namespace ActorProxy.Core.Linux;

/// <summary>What to wait for.</summary>
public enum PollInterest
{
    /// <summary>Only that it hangs up.</summary>
    HangUp,

    /// <summary>Something to read, or the end.</summary>
    Read,

    /// <summary>Room to write.</summary>
    Write,
}
