using System.Net.Sockets;
using ActorProxy.Core.Linux;
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

    /// <summary>Whether descriptors are short, so that a connection that was just accepted has to wait; tests say so.</summary>
    public Func<Socket, bool> IsShort { get; init; } = static accepted =>
        DescriptorReserve.Holds(accepted.SafeHandle, DescriptorReserve.FromClients)
        && DescriptorReserve.IsNext(accepted.SafeHandle, DescriptorReserve.FromClients);
}
