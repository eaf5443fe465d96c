using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// The body of one request on its way up: content is copied into it, and each write goes out at once, framed, the first one
/// together with the head. Runs beside the reading of the answer, and can be stopped by it.
/// </summary>
internal sealed class RequestBody : Stream
{
    // Larger writes go out by themselves: copying them costs more than a second send.
    private const int LargestCopied = 64 * 1024;

    // Bodies up to this can be sent again: a stale connection is then no failure.
    private const int LargestKept = 16 * 1024;

    // A source that never has to be waited for would keep the caller from looking at the answer.
    private const int MostWithoutYield = 256 * 1024;

    private readonly Http1Exchange _exchange;
    private readonly UpstreamConnection _connection;
    private readonly HttpContent _content;
    private readonly bool _chunked;
    private readonly byte[]? _kept;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private WriteBuffer _head;
    private WriteBuffer _frame;
    private Task _headSent = Task.CompletedTask;
    private long _left;
    private long _inline;
    private int _started;
    private volatile bool _startReturned;
    private volatile bool _stopped;
    private Exception? _writeFailure;
    private bool _ended;

    public RequestBody(Http1Exchange exchange, UpstreamConnection connection, HttpContent content, long length, bool keep)
    {
        _exchange = exchange;
        _connection = connection;
        _content = content;
        _chunked = length == RequestHead.Chunked;
        _left = length;
        _kept = keep && length is > 0 and <= LargestKept ? new byte[length] : null;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the content was asked for: from then on it can't be sent again.</summary>
    public bool IsStarted => Volatile.Read(ref _started) != 0;

    /// <summary>The whole body, once all of it has been written and if it was kept.</summary>
    public byte[]? Kept => Volatile.Read(ref _left) == 0 ? _kept : null;

    /// <summary>Why the client's side failed, if it did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes over the written head, to go out with the first bytes of the body.</summary>
    public void TakeHead(ref WriteBuffer head)
    {
        _head = head;
        head = default;
    }

    /// <summary>Begins to copy, once; runs until the body ends, fails or is stopped, and reports to the _exchange.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _ = UploadAsync();
            _startReturned = true;
        }
    }

    /// <summary>The answer came instead of leave to send the body: it is not begun any more.</summary>
    public void Forgo() => Interlocked.Exchange(ref _started, 1);

    /// <summary>Sends the head without waiting for the body; again: nothing.</summary>
    public Task SendHeadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_head.IsEmpty)
            {
                _headSent = SendAndClearAsync(_head, cancellationToken).AsTask();
                _head = default;
            }

            return _headSent;
        }
    }

    /// <summary>Nobody reads the rest: the next write fails, and a source that is being waited for is cancelled.</summary>
    public void Stop()
    {
        _stopped = true;
        Forgo();
        _stop.Cancel();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return;
        }

        ThrowIfStopped();
        Count(buffer.Span);

        if (!_startReturned && (_inline += buffer.Length) > MostWithoutYield)
        {
            await Task.Yield();
        }

        try
        {
            await WriteFramedAsync(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            _writeFailure = exception;
            throw;
        }

        if (_left == 0)
        {
            End();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Nothing is ever held back but the head, and that goes out as soon as the source has to be waited for.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Count(ReadOnlySpan<byte> written)
    {
        if (_chunked)
        {
            return;
        }

        if (written.Length > _left)
        {
            throw UpstreamException.InvalidRequest("The request body is longer than its length says.");
        }

        if (_kept is not null)
        {
            written.CopyTo(_kept.AsSpan(_kept.Length - (int)_left));
        }

        Volatile.Write(ref _left, _left - written.Length);
    }

    private async Task UploadAsync()
    {
        try
        {
            var copy = _content.CopyToAsync(this, null, _stop.Token);
            if (!copy.IsCompleted)
            {
                await SendHeadAsync(_stop.Token);
            }

            await copy;
            await FinishAsync();
        }
        catch (Exception exception)
        {
            OnFailed(exception);
        }
        finally
        {
            _head.Clear();
            _frame.Clear();
        }
    }

    private async Task FinishAsync()
    {
        if (_ended)
        {
            return;
        }

        ThrowIfStopped();
        if (_writeFailure is not null)
        {
            // The source kept the failed write to itself: what was sent is no whole body.
            throw Stopped(_writeFailure);
        }

        if (_left > 0)
        {
            throw UpstreamException.InvalidRequest("The request body is shorter than its length says.");
        }

        await TakeHeadIntoFrameAsync();
        WriteEnd();
        _exchange.RequestEnding();
        await SendFrameAsync(_stop.Token);
        End();
    }

    private void End()
    {
        _ended = true;
        _exchange.RequestEnded();
    }

    private void WriteEnd()
    {
        _frame.Write("0\r\n"u8);
        if (_content is IHasTrailers trailed)
        {
            WriteTrailers(trailed.Trailers);
        }

        _frame.Write("\r\n"u8);
    }

    private void WriteTrailers(IEnumerable<KeyValuePair<string, StringValues>> trailers)
    {
        foreach (var (name, values) in trailers)
        {
            foreach (var value in values)
            {
                _frame.WriteLatin1(name);
                _frame.Write(": "u8);
                _frame.WriteLatin1(value ?? "");
                _frame.Write("\r\n"u8);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteFramedAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await TakeHeadIntoFrameAsync();
        if (_left == 0)
        {
            _exchange.RequestEnding();
        }

        if (_chunked)
        {
            _frame.WriteHex(bytes.Length);
            _frame.Write("\r\n"u8);
        }

        if (bytes.Length > LargestCopied || (_frame.IsEmpty && !_chunked))
        {
            await SendFrameAsync(cancellationToken);
            await _connection.WriteAsync(bytes, cancellationToken);
        }
        else
        {
            _frame.Write(bytes.Span);
        }

        if (_chunked)
        {
            _frame.Write("\r\n"u8);
        }

        await SendFrameAsync(cancellationToken);
    }

    // Either this write carries the head, or it waits for the head that is going out.
    private Task TakeHeadIntoFrameAsync()
    {
        lock (_gate)
        {
            if (!_head.IsEmpty)
            {
                _frame = _head;
                _head = default;
            }

            return _headSent;
        }
    }

    private ValueTask SendFrameAsync(CancellationToken cancellationToken)
    {
        if (_frame.IsEmpty)
        {
            return default;
        }

        var frame = _frame;
        _frame = default;
        return SendAndClearAsync(frame, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAndClearAsync(WriteBuffer bytes, CancellationToken cancellationToken)
    {
        await _connection.WriteAsync(bytes.Written, cancellationToken);
        bytes.Clear();
    }

    private void OnFailed(Exception exception)
    {
        if (_ended)
        {
            // All of it was sent before: what the source does afterwards is its own affair.
            return;
        }

        // A failed write is the upstream's doing, and its answer may still come; a cancelled one is the client's.
        if (!_stopped && _writeFailure is null or OperationCanceledException)
        {
            Failure = exception;
        }

        _exchange.RequestBroken();
    }

    private void ThrowIfStopped()
    {
        if (_stopped)
        {
            throw Stopped(null);
        }
    }

    private static UpstreamException Stopped(Exception? inner) =>
        new(UpstreamFailureKind.UploadStopped, "The upstream takes no more of the _request.", inner);
}
