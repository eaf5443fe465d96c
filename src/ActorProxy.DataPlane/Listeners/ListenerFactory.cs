using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>Gives Kestrel the one listener that exists already, where it expects to bind.</summary>
internal sealed class ListenerFactory(GatedListener listener) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(listener);
}
