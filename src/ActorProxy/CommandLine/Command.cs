namespace ActorProxy.CommandLine;

/// <summary>What the command line asks for.</summary>
internal abstract record Command
{
    private Command()
    {
    }

    /// <summary>Run the proxy.</summary>
    public sealed record Run(string ConfigPath, bool AllowWildcardBind) : Command;

    /// <summary>Check the file and exit.</summary>
    public sealed record Validate(string ConfigPath, bool AllowWildcardBind) : Command;

    /// <summary>Run with everything made on the spot.</summary>
    public sealed record Demo(int HttpsPort, int HttpPort, int HealthPort) : Command;

    /// <summary>Talk to a running proxy; the rest of the line is the client's.</summary>
    public sealed record Ctl(string[] Arguments) : Command;

    /// <summary>Print the version.</summary>
    public sealed record Version : Command;

    /// <summary>Print how to use it.</summary>
    public sealed record Help : Command;

    /// <summary>The line can't be understood.</summary>
    public sealed record Wrong(string Problem) : Command;
}
