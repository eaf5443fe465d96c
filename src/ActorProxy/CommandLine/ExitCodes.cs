namespace ActorProxy.CommandLine;

/// <summary>How the process ends. A unit file can say <c>RestartPreventExitStatus=78</c>.</summary>
internal static class ExitCodes
{
    /// <summary>A clean stop, or a command that did what it was asked.</summary>
    public const int Ok = 0;

    /// <summary>A run-time failure: a taken port, a supervisor that gave up, a second signal.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Something the operator gave is wrong (<c>EX_CONFIG</c> of <c>sysexits.h</c>).</summary>
    public const int Config = 78;
}
