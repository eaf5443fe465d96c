using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>
/// Shows Kestrel a connection's bytes only as far as they were verified, without copying them, and never beyond the end of a head
/// or a body: so whoever reads for the next head has sent the answer to the last one.
/// </summary>
/// <param name="inner">The connection's bytes.</param>
/// <param name="refusals">Answers heads that are refused.</param>
/// <param name="taker">Answers requests that Kestrel need not see; <c>null</c> when it is to see all.</param>
internal sealed class GuardedPipeReader(PipeReader inner, RefusalWriter refusals, IRequestTaker? taker = null) : PipeReader
{
    private static readonly ReadResult EndOfInput = new(default, isCanceled: false, isCompleted: true);

    private readonly MessageCheck _check = new();
    private readonly HeadClock _clock = new();

    // What the inner reader gave last, until it is advanced; how much of its beginning is verified and not yet consumed.
    private ReadOnlySequence<byte> _buffer;
    private long _shown;
    private bool _isReading;

    // Kestrel has examined all that was shown; and beyond it nothing is left that was not looked at.
    private bool _examinedAll = true;
    private bool _lookedAtAll;

    // What was verified last began with a head.
    private bool _readHead;

    // A request was taken, and is not shown.
    private bool _isTaken;

    private bool _hasEnded;
    private volatile bool _passesThrough;
    private int _cancelAsked;

    /// <summary>Bytes of a head have come, but not its end. Any thread may ask.</summary>
    public bool HeadIncomplete => _check.HeadIncomplete;

    /// <inheritdoc cref="Http1GuardState.IsTunnel"/>
    public bool PassesThrough => _passesThrough;

    /// <summary>The connection was ended while its client may still be sending.</summary>
    public bool MustLinger => _check.Refused is not null || _check.IsBodyMalformed || (_hasEnded && _check.Phase == MessagePhase.Undecided);

    private bool MayRead => !_hasEnded && _check.Refused is null && !(_examinedAll && _check.IsBodyMalformed);

    /// <summary>Ends the wait for a head; see <see cref="Http1GuardState.AnswerTimeoutAsync"/>.</summary>
    public void Expire()
    {
        if (_clock.TryExpire())
        {
            inner.CancelPendingRead();
        }
    }

    /// <summary>See <see cref="Http1GuardState.SwitchToPassthrough"/>.</summary>
    public void SwitchToPassthrough()
    {
        if (!IsUndecided || _isReading || _hasEnded)
        {
            throw new InvalidOperationException("Only a request that asks for an upgrade can become a tunnel.");
        }

        _passesThrough = true;
    }

    /// <summary>The last head asked for an upgrade, and has not got it yet.</summary>
    public bool IsUndecided => _check.Phase == MessagePhase.Undecided && !_passesThrough;

    /// <summary>The last head's body has not come to its end, as far as it was asked for.</summary>
    public bool IsBodyIncomplete => _check.Phase is MessagePhase.FixedBody or MessagePhase.ChunkedBody;

    /// <summary>See <see cref="Http1GuardState.ConnectionOptions"/>.</summary>
    public string? ConnectionOptions => _check.ConnectionOptions;

    /// <summary>Lets go of what is still shown, so that the rest can be read past this reader.</summary>
    public void Release()
    {
        if (_isReading)
        {
            Discard();
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_passesThrough)
        {
            return inner.ReadAsync(cancellationToken);
        }

        PrepareRead();
        while (MayRead)
        {
            var read = inner.ReadAsync(cancellationToken);
            if (!read.IsCompletedSuccessfully)
            {
                return AwaitReadAsync(read, cancellationToken);
            }

            if (TryShow(read.GetAwaiter().GetResult(), mayTake: true, out var shown))
            {
                return new ValueTask<ReadResult>(shown);
            }

            if (_isTaken)
            {
                return ServeAsync(cancellationToken);
            }
        }

        return EndAsync();
    }

    public override bool TryRead(out ReadResult result)
    {
        if (_passesThrough)
        {
            return inner.TryRead(out result);
        }

        PrepareRead();
        while (MayRead && inner.TryRead(out var read))
        {
            if (TryShow(read, mayTake: false, out result))
            {
                return true;
            }
        }

        if (_check.IsBodyMalformed && _examinedAll)
        {
            throw new MalformedRequestException();
        }

        // A refused head is answered by the next ReadAsync: nothing can be awaited here.
        result = EndOfInput;
        return _hasEnded;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_passesThrough)
        {
            inner.AdvanceTo(consumed, examined);
        }
        else if (_isReading)
        {
            _examinedAll = OffsetOf(examined) >= _shown;
            _shown -= OffsetOf(consumed);
            // A pipe takes no examined position before an earlier one: what was looked at in vain counts as well.
            AdvanceInner(consumed, _examinedAll && _lookedAtAll ? _buffer.End : examined);
        }
    }

    public override void CancelPendingRead()
    {
        // Between requests a cancelled read means that the connection shall end: a client in the middle of a head is told.
        if (!_check.HeadIncomplete || !_clock.TryExpire())
        {
            Volatile.Write(ref _cancelAsked, 1);
        }

        inner.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitReadAsync(ValueTask<ReadResult> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryShow(await read, mayTake: true, out var shown))
            {
                return shown;
            }

            if (_isTaken)
            {
                return await ServeAsync(cancellationToken);
            }

            if (!MayRead)
            {
                return await EndAsync();
            }

            read = inner.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Lets requests be served that Kestrel does not see, up to the first one that it does.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ServeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_isTaken)
            {
                _isTaken = false;
                _hasEnded = !await taker!.ServeAsync();
                PrepareRead();
            }

            if (!MayRead)
            {
                return await EndAsync();
            }

            if (TryShow(await inner.ReadAsync(cancellationToken), mayTake: true, out var shown))
            {
                return shown;
            }
        }
    }

    private void PrepareRead()
    {
        if (_check.Phase == MessagePhase.Head)
        {
            _clock.Wait();
        }
        else if (_check.Phase == MessagePhase.Undecided)
        {
            // Whoever reads on without a 101 wants the next head; what came is none.
            _hasEnded = true;
        }
    }

    /// <summary>Takes what the inner reader gave.</summary>
    /// <returns><c>false</c> when there is nothing to show: to be read again while <see cref="MayRead"/>.</returns>
    private bool TryShow(in ReadResult read, bool mayTake, out ReadResult shown)
    {
        _buffer = read.Buffer;
        _isReading = true;
        var isCanceled = read.IsCanceled && Interlocked.Exchange(ref _cancelAsked, 0) == 1;
        var verified = _examinedAll ? Verify() : 0;
        if (mayTake && !read.IsCanceled && verified > 0 && TryTake(verified))
        {
            shown = default;
            return false;
        }

        // A client may close its side behind a complete message: that is told when the next one is read for.
        var isOver = read.IsCompleted && _examinedAll && _lookedAtAll && !_check.IsBodyMalformed
            && (verified == 0 || _check.Phase is MessagePhase.FixedBody or MessagePhase.ChunkedBody);
        if (verified == 0 && _examinedAll && !isCanceled && !TakesEnd(isOver))
        {
            shown = default;
            return false;
        }

        shown = new ReadResult(_buffer.Slice(0, _shown), isCanceled, isOver);
        return true;
    }

    private bool TryTake(long verified)
    {
        var isWholeRequest = _readHead && _check.Phase == MessagePhase.Head && _shown == verified;
        if (!isWholeRequest || taker is null || !taker.TryTake(_buffer.Slice(0, verified)))
        {
            return false;
        }

        _isTaken = true;
        _shown = 0;
        AdvanceInner(_buffer.GetPosition(verified), _buffer.GetPosition(verified));
        return true;
    }

    private long Verify()
    {
        var wasHead = _readHead = _check.Phase == MessagePhase.Head;
        var verified = _check.Read(_buffer.Slice(_shown));
        _shown += verified;
        _lookedAtAll = verified == 0 || _shown == _buffer.Length;
        if (wasHead && verified > 0)
        {
            _clock.Stop();
        }

        return verified;
    }

    /// <summary>Nothing more is verified: shows the end of input, if that is what it is, or lets the inner reader go on.</summary>
    private bool TakesEnd(bool isOver)
    {
        if (_check.Refused is null && !_check.IsBodyMalformed && _clock.HasExpired)
        {
            ExpireHead();
        }

        if (!MayRead)
        {
            Discard();
            return false;
        }

        if (!isOver)
        {
            AdvanceInner(_buffer.Start, _buffer.End);
        }

        return isOver;
    }

    private void ExpireHead()
    {
        if (_check.HeadIncomplete)
        {
            _check.RefuseIncomplete(_buffer.Slice(_shown));
        }
        else
        {
            _hasEnded = true;
        }
    }

    private async ValueTask<ReadResult> EndAsync()
    {
        if (_check.IsBodyMalformed)
        {
            throw new MalformedRequestException();
        }

        if (!_hasEnded && _check.Refused is { } refused)
        {
            _hasEnded = true;
            await refusals.WriteAsync(refused);
        }

        return EndOfInput;
    }

    private void Discard()
    {
        _shown = 0;
        AdvanceInner(_buffer.End, _buffer.End);
    }

    private void AdvanceInner(SequencePosition consumed, SequencePosition examined)
    {
        _isReading = false;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    private long OffsetOf(SequencePosition position) =>
        _buffer.IsEmpty ? 0 : _buffer.GetOffset(position) - _buffer.GetOffset(_buffer.Start);
}
