using System.IO.Pipelines;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>A connection whose input is checked and whose output is as it was.</summary>
internal sealed class GuardedTransport(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input { get; } = input;

    public PipeWriter Output { get; } = output;
}
