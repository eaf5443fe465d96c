using System.Runtime.ExceptionServices;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Where the forwarder writes the client's body.</summary>
internal sealed class UploadStream(Stream upstream, Exchange exchange, TimeProvider time) : Stream
{
    private long _sent;

    /// <summary>Why the last write failed; <c>null</c> when none did.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await ForwardAsync(buffer, cancellationToken);
        }
        catch (Exception failure)
        {
            Failure = ExceptionDispatchInfo.Capture(failure);
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => upstream.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask ForwardAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        _sent += buffer.Length;
        if (_sent > exchange.BodyLimit)
        {
            throw exchange.RefuseBody();
        }

        var came = time.GetTimestamp();
        exchange.Clock.UploadCame(buffer.Length);
        await upstream.WriteAsync(buffer, cancellationToken);
        // The client's next piece may depend on the upstream's answer to this one.
        await upstream.FlushAsync(cancellationToken);
        exchange.Clock.UploadWent(came);
    }
}
