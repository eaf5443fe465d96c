namespace ActorProxy.DataPlane.Forwarding;

/// <summary>What the forwarder reads of an upstream, and writes to it once the connection is upgraded.</summary>
internal sealed class DownloadStream(Stream upstream, Exchange exchange, bool upgraded) : Stream
{
    private bool _started;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => upgraded;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = upstream.ReadAsync(buffer, cancellationToken);
        if (read.IsCompletedSuccessfully)
        {
            exchange.Clock.Heard();
            return read;
        }

        return upgraded || _started ? AwaitAsync(read) : StartAndAwaitAsync(read.AsTask(), cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.Clock.Heard();
        await upstream.WriteAsync(buffer, cancellationToken);
        exchange.Clock.Heard();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => upstream.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => upstream.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            upstream.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> AwaitAsync(ValueTask<int> read)
    {
        var count = await read;
        exchange.Clock.Heard();
        return count;
    }

    // The upstream is silent after its headers: the client gets them without the first byte of a body.
    private async ValueTask<int> StartAndAwaitAsync(Task<int> read, CancellationToken cancellationToken)
    {
        _started = true;
        await Task.WhenAll(exchange.StartResponseAsync(cancellationToken), read);
        return await AwaitAsync(new ValueTask<int>(read));
    }
}
