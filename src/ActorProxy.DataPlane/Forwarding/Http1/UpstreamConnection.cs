using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// The transport of one upstream connection and its receive buffer. While it is idle a read is always under way: an end or a
/// byte that nobody asked for is known at once, and the read that waits for the next answer has been made in advance.
/// One owner at a time; only <see cref="Abort"/> may be called by others.
/// </summary>
internal sealed class UpstreamConnection : IValueTaskSource<int>
{
    private const int BufferSize = 16 * 1024;

    private readonly Stream _stream;
    private readonly Action _onReadAhead;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private ManualResetValueTaskSourceCore<int> _readAhead;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _readAheadAwaiter;
    private bool _readAheadUnclaimed;
    private volatile bool _readAheadPending;
    private int _closed;
    private volatile bool _isIdle;
    private volatile bool _isAborted;

    public UpstreamConnection(Stream stream, OriginPool pool)
    {
        _stream = stream;
        Pool = pool;
        Exchange = new Http1Exchange(this);
        _onReadAhead = OnReadAhead;
    }

    public OriginPool Pool { get; }

    public Http1Exchange Exchange { get; }

    /// <summary>Whether an answer was read from it before: only then may its end mean that it was closed while idle.</summary>
    public bool IsReused { get; set; }

    /// <summary>In its pool, where anybody may take it. Written under the pool's lock.</summary>
    public bool IsIdle
    {
        get => _isIdle;
        set => _isIdle = value;
    }

    /// <summary>Timestamp of the last use.</summary>
    public long IdleSince { get; set; }

    /// <summary>How long it may be idle; shorter than usual when the upstream said that it would close it earlier.</summary>
    public TimeSpan IdleLimit { get; private set; } = UpstreamPools.IdleLimit;

    /// <summary>While idle: whether something came that makes it useless.</summary>
    public bool IsSpoilt => _readAheadUnclaimed && !_readAheadPending;

    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Heeds the upstream's own limit, in seconds; 0 for none.</summary>
    public void LimitIdle(int upstreamSecs)
    {
        if (upstreamSecs > 0)
        {
            // A second less: a request sent in its last moment would be lost.
            var limit = TimeSpan.FromSeconds(upstreamSecs - 1);
            IdleLimit = limit < UpstreamPools.IdleLimit ? limit : UpstreamPools.IdleLimit;
        }
    }

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Reads more into the buffer; the caller then tells how much by <see cref="Received"/>. 0 is the end.</summary>
    public ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        if (_readAheadUnclaimed)
        {
            _readAheadUnclaimed = false;
            return new ValueTask<int>(this, _readAhead.Version);
        }

        MakeSpace();
        return _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
    }

    /// <summary>Reads past the buffer, which must be empty and not awaited for.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken) =>
        _stream.ReadAsync(destination, cancellationToken);

    public void Received(int count) => _end += count;

    /// <summary>Puts bytes that were read past the buffer back into it.</summary>
    public void PutBack(ReadOnlySpan<byte> bytes)
    {
        while (_buffer!.Length - _end < bytes.Length)
        {
            Grow();
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Begins the read that lasts while the connection is idle.</summary>
    public void ReadAhead()
    {
        _start = _end = 0;
        _readAhead.Reset();
        _readAheadPending = true;
        _readAheadUnclaimed = true;
        try
        {
            _readAheadAwaiter = _stream.ReadAsync(_buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false).GetAwaiter();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _readAheadPending = false;
            _readAhead.SetException(exception);
            return;
        }

        if (_readAheadAwaiter.IsCompleted)
        {
            OnReadAhead();
        }
        else
        {
            _readAheadAwaiter.UnsafeOnCompleted(_onReadAhead);
        }
    }

    /// <summary>Whether its end may be our own doing.</summary>
    public bool IsAborted => _isAborted;

    /// <summary>Ends whatever is under way, from any thread. The owner's own calls then fail, or find the end, and the owner closes.</summary>
    public void Abort()
    {
        // First: a socket that is being closed may tell who reads that the peer has ended.
        _isAborted = true;
        _stream.Dispose();
    }

    /// <summary>Ends the connection and gives its slot back. Again: nothing.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        _stream.Dispose();
        if (!_readAheadPending)
        {
            ReturnBuffer();
        }

        Pool.OnClosed();
    }

    int IValueTaskSource<int>.GetResult(short token) => _readAhead.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _readAhead.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _readAhead.OnCompleted(continuation, state, token, flags);

    private void OnReadAhead()
    {
        var read = 0;
        Exception? failure = null;
        try
        {
            read = _readAheadAwaiter.GetResult();
        }
        catch (Exception exception)
        {
            // Whatever it is: thrown here it would end the process, and whoever awaits the read gets it.
            failure = exception;
        }

        _readAheadPending = false;
        if (Volatile.Read(ref _closed) != 0)
        {
            ReturnBuffer();
        }
        else if (_isIdle && Pool.TryRemove(this))
        {
            Close();
        }
        else if (failure is not null)
        {
            _readAhead.SetException(failure);
        }
        else
        {
            _readAhead.SetResult(read);
        }
    }

    private void MakeSpace()
    {
        if (_end < _buffer!.Length)
        {
            return;
        }

        if (_start > 0)
        {
            Buffered.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        else
        {
            Grow();
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer!.Length * 2);
        Buffered.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        _end -= _start;
        _start = 0;
    }

    // Both the end of the last read and the closing may come here, at once: the buffer goes back once.
    private void ReturnBuffer()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
