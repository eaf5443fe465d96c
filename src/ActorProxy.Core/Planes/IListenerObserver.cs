using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Planes;

/// <summary>Told of what happens to listeners; called from any thread and must not block or throw.</summary>
public interface IListenerObserver
{
    /// <summary>A listener no longer accepts. Its socket is closed already; binding again is the observer's business.</summary>
    /// <param name="address">Which one.</param>
    /// <param name="cause">Why.</param>
    void ListenerFailed(ListenAddress address, Exception cause);
}
