using System.Text;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>A connection that gives one answer and then waits. Its disposal looks like the peer's end to who reads, as a socket's may.</summary>
internal sealed class AbruptStream(string answer) : Stream
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _answer = Encoding.Latin1.GetBytes(answer);

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
        var answer = _answer;
        if (answer.Length == 0)
        {
            await _disposed.Task.WaitAsync(cancellationToken);
        }

        _answer = [];
        answer.CopyTo(buffer);
        return answer.Length;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _disposed.TrySetResult();
        base.Dispose(disposing);
    }
}
