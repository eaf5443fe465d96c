using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>What all listeners share.</summary>
internal sealed class AcceptSettings
{
    /// <summary>Over all of them.</summary>
    public required ConnectionLimits Limits { get; init; }

    /// <summary>Makes connections of sockets; its memory is shared as well.</summary>
    public required SocketConnectionContextFactory Transport { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Failed accepts of all listeners.</summary>
    public required AcceptFailures Failures { get; init; }

    /// <summary>How a listening socket accepts; tests let it fail.</summary>
    public Func<Socket, CancellationToken, ValueTask<Socket>> Accept { get; init; } =
        static (socket, cancellationToken) => socket.AcceptAsync(cancellationToken);
}
