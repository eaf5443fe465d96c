using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>Shows Kestrel a connection's bytes as they are, and their end when the client has gone too far.</summary>
internal sealed class ObservedPipeReader(PipeReader inner, Conduct conduct, TimeProvider time) : PipeReader
{
    // RFC 9113 §3.4.
    private const int PrefaceLength = 24;

    private static readonly ReadResult EndOfInput = new(default, isCanceled: false, isCompleted: true);

    private FrameScanner _frames = new(PrefaceLength);
    private ReadOnlySequence<byte> _shown;
    private bool _isReading;

    // At the beginning of the next buffer: looked at, and not yet consumed.
    private long _seen;

    /// <summary>Lets go of what is still shown, so that the rest can be read past this reader.</summary>
    public void Release()
    {
        if (_isReading)
        {
            AdvanceTo(_shown.End);
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (conduct.IsOver && _seen == 0)
        {
            return new ValueTask<ReadResult>(EndOfInput);
        }

        if (_seen == 0 && conduct.TakePause())
        {
            return PauseAndReadAsync(cancellationToken);
        }

        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Observe(read.Result)) : AwaitReadAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (conduct.IsOver && _seen == 0)
        {
            result = EndOfInput;
            return true;
        }

        if (!inner.TryRead(out var read))
        {
            result = default;
            return false;
        }

        result = Observe(read);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isReading)
        {
            _isReading = false;
            _seen = consumed.Equals(_shown.End) ? 0 : _shown.Slice(consumed).Length;
            _shown = default;
            inner.AdvanceTo(consumed, examined);
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <summary>After an end of ours the rest of the input is still to be read, by whoever closes the connection.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (!conduct.IsOver)
        {
            inner.Complete(exception);
        }
    }

    private async ValueTask<ReadResult> PauseAndReadAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Http2Guard.Pause, time, cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitReadAsync(ValueTask<ReadResult> read) => Observe(await read);

    private ReadResult Observe(in ReadResult read)
    {
        _isReading = true;
        _shown = conduct.IsOver ? read.Buffer.Slice(0, Math.Min(_seen, read.Buffer.Length)) : Accepted(read.Buffer);
        return conduct.IsOver ? new ReadResult(_shown, isCanceled: false, isCompleted: true) : read;
    }

    // Up to the first frame that was too much: what came before it is served.
    private ReadOnlySequence<byte> Accepted(in ReadOnlySequence<byte> buffer)
    {
        var offset = _seen;
        foreach (var segment in buffer.Slice(_seen))
        {
            var bytes = segment.Span;
            while (_frames.TryNext(ref bytes, out var frame))
            {
                if (!conduct.Received(frame))
                {
                    return buffer.Slice(0, Math.Max(offset, offset + segment.Length - bytes.Length - FrameScanner.HeaderLength));
                }
            }

            offset += segment.Length;
        }

        return buffer;
    }
}
