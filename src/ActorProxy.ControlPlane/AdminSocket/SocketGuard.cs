using ActorProxy.Core.Linux;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>
/// Binds, examines and removes the socket file; when every descriptor is taken, with spare ones. Belongs to the thread that accepts.
/// </summary>
internal sealed class SocketGuard(SocketPlace place, SpareDescriptors spares) : IDisposable
{
    private readonly SocketFile _file = new(place);

    /// <summary>What accepts now; <c>null</c> when nothing is bound.</summary>
    public UnixListener? Listener { get; private set; }

    public SocketBinding Bind()
    {
        Listener = null;
        var binding = _file.Bind();
        if (binding is SocketBinding.Refused { NoDescriptor: true })
        {
            while (spares.GiveUp())
            {
            }

            binding = _file.Bind();
            spares.Replenish();
        }

        Listener = (binding as SocketBinding.Bound)?.Listener;
        return binding;
    }

    public SocketFileState Examine() => _file.Examine();

    /// <returns>Why the file was left; <c>null</c> when it was removed or was not ours.</returns>
    public string? Release()
    {
        Listener = null;
        return _file.Close();
    }

    public void Dispose()
    {
        Listener = null;
        _file.Dispose();
    }
}
