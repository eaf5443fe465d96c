using ActorProxy.Core.Linux;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>Holds descriptors, so that an operator can see how the proxy does without any.</summary>
internal sealed class DescriptorDrill : IDisposable
{
    private SpareDescriptors? _held;

    /// <summary>Lets go what is held and takes as many as a crowd of clients could get.</summary>
    public void Hold(int count)
    {
        Dispose();
        _held = new SpareDescriptors(count, DescriptorReserve.FromClients);
    }

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }
}
