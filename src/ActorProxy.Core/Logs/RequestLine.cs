using System.Net;

namespace ActorProxy.Core.Logs;

/// <summary>What a REQUEST line says. Values are raw: escaping is the writer's business.</summary>
public readonly ref struct RequestLine
{
    /// <summary>The socket's peer.</summary>
    public required IPAddress ClientIp { get; init; }

    /// <summary>The host as it was read; empty is written as <c>-</c>.</summary>
    public ReadOnlySpan<char> Host { get; init; }

    /// <summary>The method; empty is written as <c>-</c>.</summary>
    public ReadOnlySpan<char> Method { get; init; }

    /// <summary>The raw path without its query; empty is written as <c>-</c>. One char a byte (Latin-1).</summary>
    public ReadOnlySpan<char> Path { get; init; }

    /// <summary>The status that was answered; 499 for a request that the client reset.</summary>
    public int Status { get; init; }

    /// <summary>The upstream as configured; empty (no upstream was asked) is written as <c>-</c>.</summary>
    public ReadOnlySpan<char> Upstream { get; init; }

    /// <summary>From the end of the head to the end of the response.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The revision that served it.</summary>
    public long Revision { get; init; }
}
