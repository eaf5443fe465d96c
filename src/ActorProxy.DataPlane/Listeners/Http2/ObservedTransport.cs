using System.IO.Pipelines;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>A connection whose frames are looked at in both directions.</summary>
internal sealed class ObservedTransport(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input { get; } = input;

    public PipeWriter Output { get; } = output;
}
