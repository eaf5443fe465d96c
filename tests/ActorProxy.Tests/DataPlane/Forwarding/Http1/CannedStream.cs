using System.Text;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>A connection whose answers are known beforehand, cut into reads of given sizes. What is written is kept.</summary>
internal sealed class CannedStream(IEnumerable<ReadOnlyMemory<byte>> reads, bool endsAfter) : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _reads = new(reads.Where(part => !part.IsEmpty));
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryStream _written = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public string Written => Encoding.Latin1.GetString(_written.ToArray());

    public bool IsDisposed => _disposed.Task.IsCompleted;

    /// <summary>Cuts an answer before each of the given places.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] answer, params int[] places)
    {
        var start = 0;
        foreach (var place in places.Append(answer.Length).Order())
        {
            yield return answer.AsMemory(start, place - start);
            start = place;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // No answer before a request, and no end of its own unless it is told to.
        await Task.WhenAny(_asked.Task, _disposed.Task).WaitAsync(cancellationToken);
        if (!_reads.TryPeek(out var next) || IsDisposed)
        {
            if (!endsAfter || IsDisposed)
            {
                await _disposed.Task.WaitAsync(cancellationToken);
                throw new ObjectDisposedException(nameof(CannedStream));
            }

            return 0;
        }

        if (buffer.IsEmpty)
        {
            return 0;
        }

        _reads.Dequeue();
        var count = Math.Min(next.Length, buffer.Length);
        next[..count].CopyTo(buffer);
        if (count < next.Length)
        {
            var rest = _reads.ToArray();
            _reads.Clear();
            _reads.Enqueue(next[count..]);
            foreach (var later in rest)
            {
                _reads.Enqueue(later);
            }
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _written.Write(buffer.Span);
        _asked.TrySetResult();
        return default;
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
        _disposed.TrySetResult();
        base.Dispose(disposing);
    }
}
