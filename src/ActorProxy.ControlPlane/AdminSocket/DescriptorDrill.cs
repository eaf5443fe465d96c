using ActorProxy.Core.Linux;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>Holds descriptors, so that an operator can see how the proxy does without any.</summary>
internal sealed class DescriptorDrill : IDisposable
{
    private SpareDescriptors? _held;

    /// <summary>Lets go what is held and takes as many as there are to get.</summary>
    public void Hold(int count)
    {
        Dispose();
        _held = new SpareDescriptors(count);
    }

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }
}
