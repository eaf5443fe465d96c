using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// The body of an answer. What the connection has buffered goes first; after that reads go straight into the caller's memory.
/// Only an end that the framing tells is an end: anything else throws.
/// </summary>
internal sealed class AnswerStream : UpstreamStream
{
    // Below this the connection's own buffer takes more in one read than the caller's.
    private const int SmallestDirect = 4096;

    private readonly IAnswerOwner _exchange;
    private readonly UpstreamConnection _connection;
    private readonly IAnswerSink _sink;
    private readonly long _length;
    private long _left;
    private ChunkedDecoder _decoder;
    private AnswerTrailers _trailers;
    private bool _ended;
    private bool _broken;
    private bool _flows;

    public AnswerStream(IAnswerOwner exchange, UpstreamConnection connection, IAnswerSink sink, long length)
    {
        _exchange = exchange;
        _connection = connection;
        _sink = sink;
        _length = length;
        _left = length;
    }

    /// <summary>Whether all of it has been read.</summary>
    public bool HasEnded => _ended;

    /// <summary>Waits until there is something to read, or may be.</summary>
    public async ValueTask WaitAsync() => _ = await ReadAsync(Memory<byte>.Empty);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended)
        {
            return new ValueTask<int>(0);
        }

        if (_broken)
        {
            return ValueTask.FromException<int>(Truncated(null));
        }

        if (!_connection.Buffered.IsEmpty)
        {
            if (buffer.IsEmpty)
            {
                return new ValueTask<int>(0);
            }

            if (_length != AnswerFraming.Chunked)
            {
                return new ValueTask<int>(TakeBuffered(buffer.Span));
            }
        }

        return ReadMoreAsync(buffer, cancellationToken);
    }

    // A read of nothing asks to be told when there is something, so that the caller needs no memory for a silent stream. When
    // much is coming it is told at once: better read into its memory than copied from ours.
    private bool MuchIsComing => _flows || _left > SmallestDirect;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Break();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadMoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var taken = _connection.Buffered.IsEmpty ? 0 : TakeBuffered(buffer.Span);
            while (taken == 0 && !_ended && !(buffer.IsEmpty && MuchIsComing))
            {
                var direct = buffer.Length >= SmallestDirect && !_decoder.IsDone;
                var count = direct
                    ? await _connection.ReadAsync(Limit(buffer), cancellationToken)
                    : await _connection.FillAsync(cancellationToken);
                taken = Take(buffer.Span, count, direct);
                if (buffer.IsEmpty)
                {
                    break;
                }
            }

            return taken;
        }
        catch (Exception exception)
        {
            Break();
            cancellationToken.ThrowIfCancellationRequested();
            throw exception as UpstreamException ?? Truncated(exception);
        }
    }

    private Memory<byte> Limit(Memory<byte> buffer) => _left > 0 && _left < buffer.Length ? buffer[..(int)_left] : buffer;

    private int Take(Span<byte> destination, int count, bool direct)
    {
        _flows = count >= SmallestDirect;
        if (count == 0)
        {
            EndOfConnection();
            return 0;
        }

        if (!direct)
        {
            _connection.Received(count);
            return destination.IsEmpty ? 0 : TakeBuffered(destination);
        }

        return _length == AnswerFraming.Chunked ? TakeDirect(destination, count) : Took(count);
    }

    private int TakeBuffered(Span<byte> destination)
    {
        var source = _connection.Buffered;
        if (_length == AnswerFraming.Chunked)
        {
            _decoder.Decode(source, destination, out var consumed, out var written);
            _connection.Consume(consumed);
            TakeTrailers();
            return written;
        }

        var count = Math.Min(source.Length, destination.Length);
        count = _length == AnswerFraming.UntilClose ? count : (int)Math.Min(count, _left);
        source[..count].CopyTo(destination);
        _connection.Consume(count);
        return Took(count);
    }

    // The framing is taken off in place. What follows the last chunk was not meant for the caller.
    private int TakeDirect(Span<byte> bytes, int count)
    {
        _decoder.Decode(bytes[..count], bytes, out var consumed, out var written);
        if (_decoder.IsDone)
        {
            _connection.PutBack(bytes[consumed..count]);
            TakeTrailers();
        }

        return written;
    }

    private void TakeTrailers()
    {
        if (_decoder.IsDone)
        {
            var complete = _trailers.TryRead(_connection.Buffered, _sink, out var consumed);
            _connection.Consume(consumed);
            if (complete)
            {
                End();
            }
        }
    }

    private int Took(int count)
    {
        if (_length != AnswerFraming.UntilClose && (_left -= count) == 0)
        {
            End();
        }

        return count;
    }

    private void EndOfConnection()
    {
        if (_length != AnswerFraming.UntilClose || _connection.IsAborted)
        {
            throw Truncated(null);
        }

        End();
    }

    private void End()
    {
        _ended = true;
        _exchange.AnswerEnded();
    }

    private void Break()
    {
        if (!_ended)
        {
            _broken = true;
            _exchange.AnswerBroken();
        }
    }

    private static UpstreamException Truncated(Exception? inner) =>
        new(UpstreamFailureKind.Closed, "The upstream closed the connection within its answer.", inner);
}
