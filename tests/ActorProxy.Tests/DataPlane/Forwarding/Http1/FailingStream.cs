namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>A connection that takes some writes, fails at the next, and has ended then. The failure is one that no socket makes: TLS does.</summary>
internal sealed class FailingStream(int writes) : Stream
{
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstWrite = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = writes;

    /// <summary>Ends with the first write, whether it fails or not.</summary>
    public Task FirstWrite => _firstWrite.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _failed.Task.WaitAsync(cancellationToken);
        throw new IOException("Received an unexpected EOF or 0 bytes from the transport stream.");
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _firstWrite.TrySetResult();
        if (_left-- > 0)
        {
            return default;
        }

        _failed.TrySetResult();
        return ValueTask.FromException(new IOException("Unable to write data to the transport connection."));
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _failed.TrySetResult();
        base.Dispose(disposing);
    }
}
