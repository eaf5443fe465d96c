using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Traffic;

/// <summary>Between <c>listeners</c> and its children, and from whoever sees a listener fail.</summary>
internal static class ListenersMessages
{
    /// <summary>A listener no longer accepts; its socket is closed.</summary>
    public sealed record ListenerFailed(ListenAddress Address, Exception Cause);

    /// <summary>From a child: see that the address is bound. Answered by <see cref="Serving"/> or <see cref="NotBound"/>.</summary>
    public sealed record BindDue(ListenAddress Address);

    /// <summary>To a child: its address is bound and accepts.</summary>
    public sealed record Serving;

    /// <summary>To a child: its address is not bound.</summary>
    public sealed record NotBound;

    /// <summary>How <c>listeners</c> hears of failures, whichever incarnation works.</summary>
    /// <param name="listeners">The keeper, which is never replaced.</param>
    public sealed class Observer(Akka.Actor.IActorRef listeners) : IListenerObserver
    {
        /// <inheritdoc/>
        public void ListenerFailed(ListenAddress address, Exception cause) =>
            listeners.Tell(new ListenerFailed(address, cause), Akka.Actor.ActorRefs.NoSender);
    }
}
