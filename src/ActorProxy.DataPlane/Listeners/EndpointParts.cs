using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>What all servers share.</summary>
internal sealed class EndpointParts
{
    public required LiveRouting Live { get; init; }

    public required AcceptSettings Accept { get; init; }

    public required IdleConnections Idle { get; init; }

    public required ConnectionPipeline Pipeline { get; init; }

    public required RequestApplication Application { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }
}
