using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Planes;

/// <summary>
/// The listening sockets, keyed by address and port, with one server each. They live here, outside the actors: a crashed actor
/// finds its socket again by the same key.
/// </summary>
public interface IListeners
{
    /// <summary>What is bound now, whether its gate is open or not.</summary>
    IReadOnlyCollection<ListenAddress> Bound { get; }

    /// <summary>
    /// Binds and listens with a closed gate: connections wait in the kernel's backlog and nothing is served. When the address is
    /// bound already, nothing is done. Replaces without a gap a socket of ours that overlaps and is in <paramref name="replaced"/>.
    /// </summary>
    /// <param name="address">Where.</param>
    /// <param name="replaced">Addresses of ours that the same change removes.</param>
    /// <returns><see cref="BindResult.Bound"/>, or why not. Foreseen failures never throw.</returns>
    Task<BindResult> BindAsync(ListenAddress address, IReadOnlyCollection<ListenAddress> replaced);

    /// <summary>Opens the gate. Can't fail; nothing happens when it is open or unknown.</summary>
    /// <param name="address">A bound address.</param>
    void Open(ListenAddress address);

    /// <summary>
    /// Stops accepting at once (synchronously), then lets connections end for at most <paramref name="drain"/> and closes the rest.
    /// The answer of a reload does not wait for the task. Also how a prepared but never opened listener is let go.
    /// </summary>
    /// <param name="address">A bound address; nothing happens when it is not.</param>
    /// <param name="drain">How long requests in flight may go on.</param>
    Task CloseAsync(ListenAddress address, TimeSpan drain);

    /// <summary>Who is told when a listener fails at run time (its accept loop or its server ended). Set before the first bind, and
    /// again by each incarnation of the actor that keeps the listeners: the newest alone may touch them.</summary>
    IListenerObserver? Observer { get; set; }
}
