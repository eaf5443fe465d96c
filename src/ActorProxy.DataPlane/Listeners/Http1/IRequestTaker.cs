using System.Buffers;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>Answers requests of a connection that need not go through Kestrel. One request at a time.</summary>
internal interface IRequestTaker
{
    /// <summary>Takes a request, or leaves it as if it had never been offered.</summary>
    /// <param name="head">A complete head that has been checked, of a request without a body. Gone when this returns.</param>
    /// <returns>Whether <see cref="ServeAsync"/> is to be called.</returns>
    bool TryTake(in ReadOnlySequence<byte> head);

    /// <summary>Serves the request that was taken, to the end of its answer. Never throws.</summary>
    /// <returns>Whether the connection may have another one.</returns>
    ValueTask<bool> ServeAsync();
}
