namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Both directions of a connection after a 101. Bytes that came right behind the head are its first.</summary>
internal sealed class TunnelStream(UpstreamConnection connection) : UpstreamStream
{
    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var buffered = connection.Buffered;
        if (buffered.IsEmpty)
        {
            return connection.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffered.Length, buffer.Length);
        buffered[..count].CopyTo(buffer.Span);
        connection.Consume(count);
        return new ValueTask<int>(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Close();
        }

        base.Dispose(disposing);
    }
}
