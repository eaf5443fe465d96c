using System.Buffers;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>Memory in blocks of a few bytes, so that a pipe's content lies in pieces cut where a test wants them.</summary>
internal sealed class SmallBlocks(int size) : MemoryPool<byte>
{
    public override int MaxBufferSize => size;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Block(new byte[size]);

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(byte[] bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = bytes;

        public void Dispose()
        {
        }
    }
}
