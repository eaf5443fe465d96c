using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// A request without a body, from its written head to the end of the answer. One after the other; only <see cref="Cancel"/> may be
/// called by others, and perhaps too late: the clock tells which exchange is meant.
/// </summary>
internal sealed class BodilessExchange(UpstreamPools pools) : IAnswerOwner
{
    private const int MostInterims = 10;

    private readonly AnswerHead _answer = new();
    private readonly Lock _gate = new();
    private IAnswerSink? _sink;
    private ReadOnlyMemory<byte> _request;
    private bool _isHead;
    private int _interims;
    private bool _received;
    private bool _mayKeep;

    // Under the gate.
    private ExchangeClock? _clock;
    private UpstreamConnection? _upstream;
    private bool _isCancelled;
    private bool _hasStarted;

    /// <summary>The answer's status.</summary>
    public int Status => _answer.Status;

    /// <summary>The length that the response tells; <c>null</c> for none.</summary>
    public long? LengthToTell { get; private set; }

    /// <summary>The body's length, <see cref="AnswerFraming.Chunked"/> or <see cref="AnswerFraming.UntilClose"/>; 0 when nothing is to be sent on.</summary>
    public long BodyLength { get; private set; }

    /// <summary>Whether the response has begun: what fails now can't be told any more.</summary>
    public bool HasStarted => _hasStarted;

    /// <summary>Whether something has come behind the head of the answer.</summary>
    public bool HasBuffered => _upstream is { Buffered.IsEmpty: false };

    /// <summary>Begins an exchange.</summary>
    /// <param name="clock">Its clocks, which tell <see cref="Cancel"/>.</param>
    /// <param name="isHead">Whether HEAD asks.</param>
    public void Begin(ExchangeClock clock, bool isHead)
    {
        lock (_gate)
        {
            _clock = clock;
            _hasStarted = false;

            // The clock may have run out already: it tells that only once.
            _isCancelled = clock.Token.IsCancellationRequested;
        }

        _isHead = isHead;
    }

    /// <summary>Sends the request and reads the head of the answer.</summary>
    /// <param name="route">Whose upstream.</param>
    /// <param name="request">The whole head, until the exchange ends.</param>
    /// <param name="sink">Gets the answer.</param>
    /// <exception cref="UpstreamException">It failed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReachAsync(SiteRoute route, ReadOnlyMemory<byte> request, IAnswerSink sink)
    {
        var clock = _clock!;
        var fresh = false;
        _request = request;
        _sink = sink;
        if (pools.For(route).TryRent() is { } pooled)
        {
            clock.Sending();
            try
            {
                await ExchangeHeadsAsync(pooled);
                clock.ResponseBegan(upgrades: false);
                return;
            }
            catch (Exception) when (pooled.IsReused && !_received && !_isCancelled)
            {
                // Closed while idle, noticed too late. Once more, on a connection that can't be stale.
                fresh = true;
            }
        }

        var connection = await pools.ConnectAsync(route, fresh, clock.Token);
        clock.Sending();
        await ExchangeHeadsAsync(connection);
        clock.ResponseBegan(upgrades: false);
    }

    /// <summary>The whole body, if it came with the head. To be consumed before <see cref="EndEarly"/>.</summary>
    public bool TryGetWhole(out ReadOnlySpan<byte> body)
    {
        body = default;
        if (BodyLength < 0 || _upstream!.Buffered.Length < BodyLength)
        {
            return false;
        }

        body = _upstream.Buffered[..(int)BodyLength];
        return true;
    }

    /// <summary>The answer ends with what <see cref="TryGetWhole"/> gave: the connection goes back before the client asks again.</summary>
    public void EndEarly()
    {
        _upstream!.Consume((int)BodyLength);
        Release(_mayKeep && _upstream.Buffered.IsEmpty);
    }

    /// <summary>The body, to be read or disposed.</summary>
    public AnswerStream OpenBody() => new(this, _upstream!, _sink!, BodyLength);

    /// <summary>The first byte of the response is about to be sent.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public void Start()
    {
        lock (_gate)
        {
            ThrowIfCancelled();
            _hasStarted = true;
        }
    }

    /// <summary>Breaks an exchange off: on any thread.</summary>
    /// <returns>Whether its response had begun.</returns>
    public bool Cancel(ExchangeClock clock)
    {
        lock (_gate)
        {
            if (_clock != clock)
            {
                return false;
            }

            _isCancelled = true;

            // Here, as outside it could be somebody else's already.
            _upstream?.Abort();
            return _hasStarted;
        }
    }

    /// <summary>Whatever became of it, it is over.</summary>
    public void End()
    {
        Release(keeps: false);
        lock (_gate)
        {
            _clock = null;
        }

        _request = default;
        _sink = null;
    }

    void IAnswerOwner.AnswerEnded() => Release(_mayKeep && _upstream!.Buffered.IsEmpty);

    void IAnswerOwner.AnswerBroken() => Release(keeps: false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ExchangeHeadsAsync(UpstreamConnection upstream)
    {
        _received = false;
        _interims = 0;
        _answer.Begin(_sink!);
        Attach(upstream);
        try
        {
            await upstream.WriteAsync(_request, CancellationToken.None);
            while (!TryReadHead(upstream))
            {
                var count = await upstream.FillAsync(CancellationToken.None);
                if (count == 0)
                {
                    throw new UpstreamException(UpstreamFailureKind.Closed, "The upstream closed the connection before its answer was complete.");
                }

                _received = true;
                upstream.Received(count);
            }
        }
        catch (Exception failure)
        {
            Release(keeps: false);
            if (failure is UpstreamException)
            {
                throw;
            }

            throw new UpstreamException(UpstreamFailureKind.Closed, "The upstream closed the connection before its answer was complete.", failure);
        }

        Frame(upstream);
    }

    private bool TryReadHead(UpstreamConnection upstream)
    {
        while (true)
        {
            var complete = _answer.TryRead(upstream.Buffered, out var consumed);
            upstream.Consume(consumed);
            if (!complete)
            {
                return false;
            }

            if (_answer.Status == 101)
            {
                throw UpstreamException.Protocol("The upstream switches protocols unasked.");
            }

            if (_answer.IsFinal)
            {
                return true;
            }

            if (++_interims > MostInterims)
            {
                throw UpstreamException.Protocol("The upstream sends interim answers without end.");
            }

            _answer.Begin(_sink!);
        }
    }

    private void Frame(UpstreamConnection upstream)
    {
        var framing = AnswerFraming.Of(_answer, _isHead);
        upstream.LimitIdle(_answer.KeepAliveSecs);

        // RFC 9110 §15.3.6: a 205 has no content, and its length says so. What came is dropped, and the connection with it.
        var dropsBody = _answer.Status == 205;
        _mayKeep = framing.KeepsConnection && !(dropsBody && framing.Length != 0);
        BodyLength = dropsBody ? 0 : framing.Length;

        // What an answer without a body says of its length stands (HEAD, 304), but not in a 204: RFC 9110 §8.6.
        LengthToTell = dropsBody ? 0 : _answer.Status == 204 || _answer.ContentLength < 0 ? null : _answer.ContentLength;
    }

    private void Attach(UpstreamConnection upstream)
    {
        lock (_gate)
        {
            _upstream = upstream;
            if (!_isCancelled)
            {
                return;
            }
        }

        Release(keeps: false);
        ThrowIfCancelled();
    }

    private void ThrowIfCancelled()
    {
        if (_isCancelled)
        {
            throw new OperationCanceledException("The exchange was given up.");
        }
    }

    // The upstream's connection leaves this exchange, once: back to its pool when it is fit for another one.
    private void Release(bool keeps)
    {
        UpstreamConnection? upstream;
        lock (_gate)
        {
            upstream = _upstream;
            _upstream = null;
            keeps &= !_isCancelled;
        }

        if (keeps)
        {
            upstream?.Pool.Return(upstream);
        }
        else
        {
            upstream?.Close();
        }
    }
}
