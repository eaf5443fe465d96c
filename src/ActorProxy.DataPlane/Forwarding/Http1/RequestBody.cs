using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// The body of one request on its way up: content is copied into it beside the reading of the answer, which can stop it. It
/// ends exactly or not at all: a body cut short is never ended as if it were whole.
/// </summary>
internal sealed class RequestBody : WriteOnlyStream
{
    // Bodies up to this can be sent again: a stale connection is then no failure.
    private const int LargestKept = 16 * 1024;

    // A source that never has to be waited for would keep the caller from looking at the answer.
    private const int MostWithoutYield = 256 * 1024;

    private readonly Http1Exchange _exchange;
    private readonly HttpContent _content;
    private readonly RequestWriter _writer;
    private readonly bool _chunked;
    private readonly byte[]? _kept;
    private readonly CancellationTokenSource _stop = new();
    private long _left;
    private long _inline;
    private int _started;
    private volatile bool _startReturned;
    private volatile bool _stopped;
    private Exception? _writeFailure;
    private bool _ended;

    /// <param name="exchange">Is told how the body ends.</param>
    /// <param name="content">Where it comes from.</param>
    /// <param name="writer">Where it goes to, with the head before it.</param>
    /// <param name="length">Its length, or <see cref="RequestHead.Chunked"/>.</param>
    /// <param name="keep">Whether to keep it, if it is small, to be sent again.</param>
    public RequestBody(Http1Exchange exchange, HttpContent content, RequestWriter writer, long length, bool keep)
    {
        _exchange = exchange;
        _content = content;
        _writer = writer;
        _chunked = length == RequestHead.Chunked;
        _left = length;
        _kept = keep && length is > 0 and <= LargestKept ? new byte[length] : null;
    }

    /// <summary>Whether the content was asked for: from then on it can't be asked again.</summary>
    public bool IsStarted => Volatile.Read(ref _started) != 0;

    /// <summary>The whole body, once all of it has been written and if it was kept.</summary>
    public byte[]? Kept => Volatile.Read(ref _left) == 0 ? _kept : null;

    /// <summary>Why the client's side failed, if it did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Begins to copy, once; runs until the body ends, fails or is stopped, and reports to the exchange.</summary>
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
            if (_left == 0)
            {
                _exchange.RequestEnding();
            }

            await _writer.WriteAsync(buffer, cancellationToken);
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

    /// <summary>Nothing is ever held back but the head, and that goes out as soon as the source has to be waited for.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
                await ToUpstreamAsync(_writer.SendHeadAsync(_stop.Token));
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
            _writer.Clear();
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

        if (!_chunked)
        {
            throw UpstreamException.InvalidRequest("The request body is shorter than its length says.");
        }

        _exchange.RequestEnding();
        await ToUpstreamAsync(_writer.WriteEndAsync(_content is IHasTrailers trailed ? trailed.Trailers : [], _stop.Token));
        End();
    }

    // What goes out beside the pieces of the body: that it fails is no more the client's doing.
    private async Task ToUpstreamAsync(Task write)
    {
        try
        {
            await write;
        }
        catch (Exception failure)
        {
            _writeFailure = failure;
            throw;
        }
    }

    private void End()
    {
        _ended = true;
        _exchange.RequestEnded();
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

        _exchange.RequestBroken(byClient: Failure is not null);
    }

    private void ThrowIfStopped()
    {
        if (_stopped)
        {
            throw Stopped(null);
        }
    }

    private static UpstreamException Stopped(Exception? inner) =>
        new(UpstreamFailureKind.UploadStopped, "The upstream takes no more of the request.", inner);
}
