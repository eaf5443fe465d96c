using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration;

/// <summary>How a try to read the file ended.</summary>
internal abstract record ConfigFileResult
{
    private ConfigFileResult()
    {
    }

    /// <summary>One consistent whole.</summary>
    /// <param name="Bytes">All of it.</param>
    /// <param name="Sha256">Of the bytes, in lower-case hex.</param>
    /// <param name="Warnings">What is doubtful about its owner or mode.</param>
    public sealed record Read(byte[] Bytes, string Sha256, ImmutableArray<string> Warnings) : ConfigFileResult;

    /// <summary>It can't be used, whenever it is tried.</summary>
    /// <param name="Reason">To be put behind the path.</param>
    public sealed record Unreadable(string Reason) : ConfigFileResult;

    /// <summary>Somebody writes it, or has just replaced it.</summary>
    public sealed record Changing : ConfigFileResult;
}
