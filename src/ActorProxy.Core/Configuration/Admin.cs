using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration;

/// <summary>The <c>[admin]</c> table: who may use the admin socket, and its bounds.</summary>
public sealed record Admin
{
    /// <summary>Mode of the socket file: octal 0600 or 0660.</summary>
    public int SocketMode { get; init; } = 0x180;

    /// <summary>Group name or number given to the socket file; <c>null</c> for the proxy's own.</summary>
    public string? SocketGroup { get; init; }

    /// <summary>User ids that are admins, beside root and the proxy's own. Names or numbers, as the file writes them.</summary>
    public ImmutableArray<string> AdminUids { get; init; } = [];

    /// <summary>Group ids whose members are admins.</summary>
    public ImmutableArray<string> AdminGids { get; init; } = [];

    /// <summary>User ids that may read.</summary>
    public ImmutableArray<string> ViewerUids { get; init; } = [];

    /// <summary>Group ids whose members may read.</summary>
    public ImmutableArray<string> ViewerGids { get; init; } = [];

    /// <summary>Directories below which the socket may live.</summary>
    public ImmutableArray<string> BaseDirs { get; init; } = ["/run"];

    /// <summary>Connections at a time, at least 3; two are kept for root and the proxy's own user.</summary>
    public int MaxConnections { get; init; } = 10;

    /// <summary>Seconds for a whole command, and again for taking the answer.</summary>
    public int ReadTimeoutSecs { get; init; } = 5;

    /// <summary>Bytes of a command line.</summary>
    public int MaxCommandBytes { get; init; } = 4096;

    /// <summary>Whether the <c>debug</c> commands exist.</summary>
    public bool DebugCommands { get; init; }
}
