using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// One request and its answer on a connection, used again for each. Sending and reading run side by side; the connection goes
/// back to its pool only when both have ended exactly, whichever is last.
/// </summary>
internal sealed class Http1Exchange(UpstreamConnection connection) : IAnswerOwner
{
    /// <summary>How long a body behind <c>Expect: 100-continue</c> waits for an upstream that says nothing.</summary>
    public static readonly TimeSpan ContinueTimeout = TimeSpan.FromMilliseconds(250);

    private const int MostInterims = 10;

    private readonly ExchangeProgress _progress = new();
    private readonly AnswerHead _head = new();
    private AnswerMessage? _answer;
    private RequestBody? _body;
    private RequestHead _sent;
    private int _interims;
    private bool _received;
    private bool _mayKeep;

    /// <summary>Sends the request and reads the head of its answer; the answer's stream then owns the connection.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body, when it was read before; <c>null</c> to read the request's content.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Breaks the exchange off.</param>
    /// <exception cref="UpstreamException">The exchange failed, and the connection is closed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, byte[]? body, TimeProvider time, CancellationToken cancellationToken)
    {
        Begin(request);
        ITimer? continueTimer = null;
        var registration = cancellationToken.UnsafeRegister(static state => ((Http1Exchange)state!).Cancel(), this);
        try
        {
            var head = default(WriteBuffer);
            _sent = default;
            _sent.Write(request, ref head);
            if (_sent.BodyLength == RequestHead.NoBody)
            {
                _progress.Begin(hasBody: false);
                await connection.WriteAsync(head.Written, cancellationToken);
                head.Clear();
            }
            else
            {
                continueTimer = await BeginBodyAsync(request, body, head, time, cancellationToken);
            }

            while (!TryReadHead())
            {
                var count = await connection.FillAsync(cancellationToken);
                if (count == 0)
                {
                    throw new UpstreamException(UpstreamFailureKind.Closed, "The upstream closed the connection before its answer was complete.");
                }

                _received = true;
                connection.Received(count);
            }
        }
        catch (Exception exception)
        {
            throw Fail(request, exception, cancellationToken);
        }
        finally
        {
            // Waits for a cancellation under way: past here the connection may be another request's.
            await registration.DisposeAsync();
            continueTimer?.Dispose();
        }

        return Complete(request);
    }

    /// <inheritdoc/>
    public void AnswerEnded() => Finish(_progress.AnswerEnded());

    /// <inheritdoc/>
    public void AnswerBroken()
    {
        _body?.Stop();
        connection.Close();
    }

    /// <summary>The last bytes of the request are about to be sent.</summary>
    public void RequestEnding() => _progress.RequestEnding();

    /// <summary>The last bytes of the request were sent.</summary>
    public void RequestEnded() => Finish(_progress.RequestEnded());

    /// <summary>The request will never end.</summary>
    /// <param name="byClient">Whether nothing of an answer is wanted either: the upstream must not take what it has for a whole request.</param>
    public void RequestBroken(bool byClient)
    {
        Finish(_progress.RequestBroken());
        if (byClient)
        {
            connection.Abort();
        }
    }

    private void Begin(HttpRequestMessage request)
    {
        _body = null;
        _interims = 0;
        _received = false;
        _answer = new AnswerMessage(request, connection.Pool.Strings);
        _head.Begin(_answer);
    }

    private async ValueTask<ITimer?> BeginBodyAsync(
        HttpRequestMessage request, byte[]? kept, WriteBuffer head, TimeProvider time, CancellationToken cancellationToken)
    {
        _progress.Begin(hasBody: true);
        var content = kept is null ? request.Content! : new ByteArrayContent(kept);
        var writer = new RequestWriter(connection, head, _sent.BodyLength == RequestHead.Chunked);
        var body = new RequestBody(this, content, writer, _sent.BodyLength, keep: connection.IsReused && IsIdempotent(request.Method));
        _body = body;
        if (!_sent.AsksContinue)
        {
            body.Start();
            return null;
        }

        // RFC 9110 §10.1.1: wait for 100, but not for ever, as not every server sends it; less than clients wait themselves.
        await writer.SendHeadAsync(cancellationToken);
        return time.CreateTimer(static state => ((RequestBody)state!).Start(), body, ContinueTimeout, Timeout.InfiniteTimeSpan);
    }

    private bool TryReadHead()
    {
        while (true)
        {
            var complete = _head.TryRead(connection.Buffered, out var consumed);
            connection.Consume(consumed);
            if (!complete)
            {
                return false;
            }

            if (_head.IsFinal)
            {
                return true;
            }

            if (_head.Status == 100)
            {
                _body?.Start();
            }

            if (++_interims > MostInterims)
            {
                throw UpstreamException.Protocol("The upstream sends interim answers without end.");
            }

            _head.Begin(_answer!);
        }
    }

    private HttpResponseMessage Complete(HttpRequestMessage request)
    {
        if (_sent.AsksContinue)
        {
            _body?.Forgo();
        }

        var answer = _answer!;
        var response = answer.Message;
        _answer = null;
        var content = (AnswerContent)response.Content;
        if (_head.Status == 101)
        {
            if (!_sent.AsksUpgrade)
            {
                throw Fail(request, UpstreamException.Protocol("The upstream switches protocols unasked."), CancellationToken.None);
            }

            content.Attach(new TunnelStream(connection));
            return response;
        }

        // Methods are case-sensitive, their type here is not: what was sent as `head` is no HEAD to the upstream.
        var framing = AnswerFraming.Of(_head, isHead: request.Method.Method == "HEAD");
        _mayKeep = framing.KeepsConnection && !_sent.SaysClose;
        connection.LimitIdle(_head.KeepAliveSecs);
        if (framing.Length == 0)
        {
            AnswerEnded();
        }
        else
        {
            content.Attach(new AnswerStream(this, connection, answer, framing.Length));
        }

        return response;
    }

    // A byte behind the answer belongs to no request.
    private void Finish(ExchangeOutcome outcome)
    {
        if (outcome == ExchangeOutcome.Exact && _mayKeep && connection.Buffered.IsEmpty)
        {
            _body = null;
            connection.Pool.Return(connection);
        }
        else if (outcome != ExchangeOutcome.Undecided)
        {
            AnswerBroken();
        }
    }

    private void Cancel()
    {
        connection.Abort();
        _body?.Stop();
    }

    private Exception Fail(HttpRequestMessage request, Exception exception, CancellationToken cancellationToken)
    {
        AnswerBroken();
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException("The request was cancelled.", exception, cancellationToken);
        }

        if (_body?.Failure is { } failure)
        {
            return new UpstreamException(UpstreamFailureKind.RequestBody, "The request body failed.", failure);
        }

        if (exception is UpstreamException { Kind: not UpstreamFailureKind.Closed })
        {
            return exception;
        }

        var stale = connection.IsReused && !_received && IsIdempotent(request.Method);
        var sent = _body is { IsStarted: true } ? _body.Kept : null;
        return new UpstreamException(UpstreamFailureKind.Closed, "The upstream closed the connection before its answer was complete.", exception)
        {
            MayRetry = stale && (_body is not { IsStarted: true } || sent is not null),
            SentBody = sent,
        };
    }

    // RFC 9110 §9.2.2.
    private static bool IsIdempotent(HttpMethod method) => method.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE";
}
