using System.Runtime.CompilerServices;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// One request and its answer on a connection, used again for each. Sending and reading run side by side; the connection goes
/// back to its pool only when both have ended exactly, whichever is last.
/// </summary>
internal sealed class Http1Exchange(UpstreamConnection connection)
{
    private const int MostInterims = 10;

    private readonly Lock _gate = new();
    private readonly AnswerHead _head = new(connection.Pool.Strings);
    private RequestBody? _body;
    private RequestHead _sent;
    private Upload _upload;
    private int _interims;
    private bool _received;
    private bool _answerEnded;
    private bool _finished;
    private bool _mayKeep;

    private enum Upload
    {
        /// <summary>More may follow.</summary>
        Open,

        /// <summary>The last bytes were given to the transport.</summary>
        Ending,

        /// <summary>They were taken: the request has ended exactly.</summary>
        Ended,

        /// <summary>It never will.</summary>
        Broken,
    }

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
                _upload = Upload.Ended;
                await connection.WriteAsync(head.Written, cancellationToken);
                head.Clear();
            }
            else
            {
                var content = body is null ? request.Content! : new ByteArrayContent(body);
                _body = new RequestBody(this, connection, content, _sent.BodyLength, keep: connection.IsReused && IsIdempotent(request.Method));
                _body.TakeHead(ref head);
                continueTimer = await StartBodyAsync(_body, time, cancellationToken);
            }

            while (!TryReadHead(request))
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

    /// <summary>The answer was read to its end.</summary>
    public void AnswerEnded()
    {
        bool keep;
        lock (_gate)
        {
            _answerEnded = true;
            if (_upload == Upload.Ending)
            {
                return;
            }

            _finished = true;
            keep = _upload == Upload.Ended;
        }

        Finish(keep);
    }

    /// <summary>The answer can't be read to its end, or nobody wants to.</summary>
    public void AnswerBroken()
    {
        _body?.Stop();
        connection.Close();
    }

    /// <summary>The last bytes of the request are about to be sent.</summary>
    public void RequestEnding() => TryFinish(Upload.Ending);

    /// <summary>The last bytes of the request were sent.</summary>
    public void RequestEnded()
    {
        if (TryFinish(Upload.Ended))
        {
            Finish(keep: true);
        }
    }

    /// <summary>The request will never end exactly.</summary>
    public void RequestBroken()
    {
        if (TryFinish(Upload.Broken))
        {
            Finish(keep: false);
        }
        else if (_body is { Failure: not null })
        {
            // Nothing more is sent, and the upstream must not take what it has for a whole request.
            connection.Abort();
        }
    }

    private bool TryFinish(Upload reached)
    {
        lock (_gate)
        {
            if (!_finished)
            {
                _upload = reached;
                _finished = _answerEnded && reached != Upload.Ending;
                return _finished;
            }

            return false;
        }
    }

    private void Begin(HttpRequestMessage request)
    {
        _body = null;
        _upload = Upload.Open;
        _interims = 0;
        _received = false;
        _answerEnded = false;
        _finished = false;
        _head.Begin(request);
    }

    // RFC 9110 §10.1.1: wait for 100, but not for ever, as not every server sends it.
    private async ValueTask<ITimer?> StartBodyAsync(RequestBody body, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!_sent.AsksContinue)
        {
            body.Start();
            return null;
        }

        await body.SendHeadAsync(cancellationToken);
        return time.CreateTimer(static state => ((RequestBody)state!).Start(), body, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
    }

    private bool TryReadHead(HttpRequestMessage request)
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

            _head.Begin(request);
        }
    }

    private HttpResponseMessage Complete(HttpRequestMessage request)
    {
        if (_sent.AsksContinue)
        {
            _body?.Forgo();
        }

        var response = _head.TakeMessage();
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

        var length = BodyLength(request);
        _mayKeep = MayKeep(length);
        if (length == 0)
        {
            AnswerEnded();
        }
        else
        {
            content.Attach(new AnswerStream(this, connection, response, length));
        }

        return response;
    }

    // RFC 9112 §6.3, in its order.
    private long BodyLength(HttpRequestMessage request)
    {
        // Methods are case-sensitive, their type here is not: what was sent as `head` is no HEAD to the upstream.
        if (request.Method.Method == "HEAD" || _head.Status is 204 or 304)
        {
            return 0;
        }

        return _head.IsChunked ? AnswerStream.Chunked : _head.ContentLength >= 0 ? _head.ContentLength : AnswerStream.UntilClose;
    }

    private bool MayKeep(long length)
    {
        if (_head.KeepAliveSecs > 0)
        {
            // A second less than the upstream's own limit: a request sent in its last moment would be lost.
            var limit = TimeSpan.FromSeconds(_head.KeepAliveSecs - 1);
            connection.IdleLimit = limit < UpstreamPools.IdleLimit ? limit : UpstreamPools.IdleLimit;
        }

        // A 204 has no body whatever it says, but one that says so may be followed by one.
        var contradicts = _head.Status == 204 && (_head.IsChunked || _head.ContentLength > 0);
        return !_sent.SaysClose && !_head.SaysClose && !contradicts && length != AnswerStream.UntilClose
            && (!_head.IsHttp10 || _head.SaysKeepAlive);
    }

    // A byte behind the answer belongs to no request.
    private void Finish(bool keep)
    {
        if (keep && _mayKeep && connection.Buffered.IsEmpty)
        {
            _body = null;
            connection.Pool.Return(connection);
        }
        else
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
