using System.Collections.Immutable;

namespace ActorProxy.Core.Linux;

/// <summary>Where a Unix socket shall be, and who may open it.</summary>
public sealed record SocketPlace
{
    /// <summary>The path as configured, right by its text; <c>/var/run</c> reads as <c>/run</c>.</summary>
    public required string Path { get; init => field = SocketPath.Canonical(value); }

    /// <summary>Directories below which it may live; resolved anew at each bind, no symbolic link is followed below one.</summary>
    public required ImmutableArray<string> BaseDirs { get; init; }

    /// <summary>Permissions of the file: octal 0600 or 0660.</summary>
    public required int Mode { get; init; }

    /// <summary>
    /// Group of the file, and of its directory when that is made (0750 then); <c>null</c> for the process's own, and a directory of 0700.
    /// </summary>
    public uint? Group { get; init; }
}
