using System.Buffers;
using System.IO.Pipelines;

namespace ActorProxy.DataPlane.Tls;

/// <summary>A connection's pipes as the stream that <see cref="System.Net.Security.SslStream"/> wants. One reader, one writer.</summary>
/// <param name="transport">The pipes; not completed by this stream.</param>
internal sealed class PipeStream(IDuplexPipe transport) : Stream
{
    private readonly PipeReader _input = transport.Input;
    private readonly PipeWriter _output = transport.Output;
    private readonly Lock _gate = new();
    private TlsRecords _records;
    private volatile bool _isReading;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads what is there. An empty buffer waits until something is, and consumes nothing.</summary>
    /// <exception cref="OperationCanceledException">The pending read was cancelled from outside: a clock ran out.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            while (true)
            {
                var result = await _input.ReadAsync(cancellationToken);
                var available = result.Buffer;
                var isOver = !available.IsEmpty || result.IsCompleted;
                var count = (int)Math.Min(available.Length, buffer.Length);
                var taken = available.Slice(0, count);
                taken.CopyTo(buffer.Span);
                Add(ref _records, taken);

                // Gives the segments back: from here on the sequences know nothing any more, not even their length.
                _input.AdvanceTo(taken.End);
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException();
                }

                if (isOver)
                {
                    return count;
                }
            }
        }
        finally
        {
            _isReading = false;
        }
    }

    /// <summary>Whether the client announced the end of its input. Any thread may ask once that end has come.</summary>
    /// <returns><c>null</c> when a read is under way: ask again.</returns>
    public bool? EndsWithAlert()
    {
        lock (_gate)
        {
            if (_isReading)
            {
                return null;
            }

            var records = _records;
            try
            {
                if (_input.TryRead(out var unread))
                {
                    Add(ref records, unread.Buffer);
                    _input.AdvanceTo(unread.Buffer.Start);
                }
            }
            catch (InvalidOperationException)
            {
                // The connection has been closed meanwhile.
                return false;
            }

            return records.EndWithAlert;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await _output.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void Add(ref TlsRecords records, in ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            records.Add(piece.Span);
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            _isReading = true;
        }
    }
}
