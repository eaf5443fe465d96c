using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace ActorProxy.DataPlane.Tls;

/// <summary>
/// A connection's input and what sends as the stream that <see cref="System.Net.Security.SslStream"/> wants. One reader, one writer. A read that
/// waits allocates nothing: the stream itself is what is awaited.
/// </summary>
internal sealed class PipeStream : Stream, IValueTaskSource<int>
{
    private readonly PipeReader _input;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> _write;
    private readonly Action _onRead;
    private readonly Lock _gate = new();
    private TlsRecords _records;
    private volatile bool _isReading;

    // A read that waits.
    private ManualResetValueTaskSourceCore<int> _waiting;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _awaiter;
    private Memory<byte> _destination;
    private CancellationToken _cancellation;

    /// <param name="input">What comes; not completed by this stream.</param>
    /// <param name="write">Sends, one after the other.</param>
    public PipeStream(PipeReader input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write)
    {
        _input = input;
        _write = write;
        _onRead = OnRead;
    }

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
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            while (true)
            {
                var read = _input.ReadAsync(cancellationToken);
                if (!read.IsCompletedSuccessfully)
                {
                    return WaitFor(read, buffer, cancellationToken);
                }

                if (TryTake(read.Result, buffer.Span, out var count))
                {
                    _isReading = false;
                    return new ValueTask<int>(count);
                }
            }
        }
        catch
        {
            _isReading = false;
            throw;
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

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _write(buffer, cancellationToken);

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

    int IValueTaskSource<int>.GetResult(short token) => _waiting.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _waiting.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiting.OnCompleted(continuation, state, token, flags);

    private ValueTask<int> WaitFor(ValueTask<ReadResult> read, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _waiting.Reset();
        _destination = buffer;
        _cancellation = cancellationToken;
        _awaiter = read.ConfigureAwait(false).GetAwaiter();
        var version = _waiting.Version;
        _awaiter.UnsafeOnCompleted(_onRead);
        return new ValueTask<int>(this, version);
    }

    private void OnRead()
    {
        int count;
        try
        {
            while (!TryTake(_awaiter.GetResult(), _destination.Span, out count))
            {
                _awaiter = _input.ReadAsync(_cancellation).ConfigureAwait(false).GetAwaiter();
                if (!_awaiter.IsCompleted)
                {
                    _awaiter.UnsafeOnCompleted(_onRead);
                    return;
                }
            }
        }
        catch (Exception failure)
        {
            // Whatever it is: thrown here it would end the process, and whoever awaits the read gets it.
            _isReading = false;
            _waiting.SetException(failure);
            return;
        }

        _isReading = false;
        _waiting.SetResult(count);
    }

    // False when there is neither a byte nor an end, and the read has to be made again.
    private bool TryTake(ReadResult result, Span<byte> destination, out int count)
    {
        var available = result.Buffer;
        var isOver = !available.IsEmpty || result.IsCompleted;
        count = (int)Math.Min(available.Length, destination.Length);
        var taken = available.Slice(0, count);
        taken.CopyTo(destination);
        Add(ref _records, taken);

        // Gives the segments back: from here on the sequences know nothing any more, not even their length.
        _input.AdvanceTo(taken.End);
        return result.IsCanceled ? throw new OperationCanceledException() : isOver;
    }

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
